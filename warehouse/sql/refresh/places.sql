-- What facts rest on beside mentions: brands with their zones and targets, and sources.
SELECT md5(coalesce(
    (
        SELECT string_agg(concat_ws('|', watch, brand, own, answer_target_hours, timezone), ';'
            ORDER BY watch, brand)
        FROM core.brand
    ), ''
) || coalesce(
    (
        SELECT string_agg(concat_ws('|', watch, name, source, coalesce(about, '-'), allows_answers), ';'
            ORDER BY watch, name)
        FROM core.watched_source
    ), ''
))
