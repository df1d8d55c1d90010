-- Positive, neutral and negative mentions are the scored ones, these are at most all mentions, and
-- these at most all exposures.
-- each: counts
-- severity: fail
SELECT count(*) AS failing, min(concat_ws(' ', *COLUMNS($keys)), $examples) AS examples
FROM query_table($mart)
WHERE coalesce(try_cast(COLUMNS($told) AS TIMESTAMP) >= $told_since, true)
    AND (
        positive + neutral + negative <> scored
        OR scored > mentions
        OR mentions > exposures
        OR least(positive, neutral, negative) < 0
    )
