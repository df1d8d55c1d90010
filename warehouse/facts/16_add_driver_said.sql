INSERT INTO core.driver_said BY NAME
WITH together AS (
    SELECT * FROM fresh_driver_said
    UNION ALL BY NAME
    SELECT s.* EXCLUDE (first_copy)
    FROM left_driver_said AS s
    ANTI JOIN touched AS t ON t.mention_id = s.mention_id
)

SELECT
    *,
    row_number() OVER (
        PARTITION BY brand, driver, voice, kind = 'survey' ORDER BY published, mention_id
    ) = 1 AS first_copy
FROM together
ORDER BY day
