DELETE FROM core.weight AS w
USING (
    SELECT unnest(
        $rows::STRUCT(brand VARCHAR, part VARCHAR, weight DOUBLE, valid_from DATE, valid_to DATE)[],
        recursive := true
    )
) AS g
WHERE g.brand IS NOT DISTINCT FROM w.brand AND g.part = w.part AND g.valid_from = w.valid_from
