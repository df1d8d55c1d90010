-- A figure that is computed from fewer than core.minimum says is NULL.
-- table: marts.keyword_daily
-- severity: fail
WITH least AS (
    SELECT map_from_entries(list((figure, n))) AS n
    FROM core.minimum
)

SELECT count(*) AS failing, min(concat_ws(' ', d.brand, d.keyword, d.day), $examples) AS examples
FROM marts.keyword_daily AS d, least AS l
WHERE d.net_sentiment IS NOT NULL AND d.scored < l.n['net_sentiment']
    OR d.net_sentiment_polar IS NOT NULL
    AND d.positive + d.negative < l.n['net_sentiment_polar']
    OR d.negative_share IS NOT NULL AND d.scored < l.n['negative_share']
