-- Labels given to the voices of each brand and day, in lots of one scorer, version and language.
CREATE OR REPLACE TEMP TABLE given AS
SELECT
    d.brand,
    d.day,
    s.scorer,
    s.scorer_version,
    s.score_language,
    count(*) FILTER (d.label = 'positive') AS positive,
    count(*) FILTER (d.label = 'neutral') AS neutral,
    count(*) FILTER (d.label = 'negative') AS negative
FROM said AS d
LEFT JOIN core.score AS s ON s.mention_id = d.mention_id AND s.known_to IS NULL
WHERE d.first_copy AND d.label <> 'unscored'
GROUP BY ALL
