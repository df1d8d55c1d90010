-- Which drivers the touched mentions speak of, with each brand that they are about. Where two watches
-- collected a mention, what was found last holds.
CREATE OR REPLACE TEMP TABLE fresh_driver_said AS
WITH hit AS (
    SELECT
        d.mention_id,
        d.driver,
        arg_max(d.label, (d.known_from, d.watch)) AS label,
        arg_max_null(d.compound, (d.known_from, d.watch)) AS compound
    FROM core.driver_hit AS d
    SEMI JOIN touched AS t ON t.mention_id = d.mention_id
    WHERE d.known_to IS NULL
    GROUP BY d.mention_id, d.driver
)

SELECT
    s.brand,
    d.driver,
    s.day,
    d.mention_id,
    s.voice,
    s.published,
    s.kind,
    d.label,
    d.compound
FROM hit AS d
JOIN fresh_said AS s ON s.mention_id = d.mention_id
