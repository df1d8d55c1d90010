-- What figures rest on beside facts: weights and least numbers.
SELECT md5(coalesce(
    (
        SELECT string_agg(concat_ws('|', coalesce(brand, '-'), part, weight, valid_from, valid_to), ';'
            ORDER BY brand, part, valid_from)
        FROM core.weight
    ), ''
) || coalesce((SELECT string_agg(concat_ws('|', figure, n), ';' ORDER BY figure) FROM core.minimum), ''))
