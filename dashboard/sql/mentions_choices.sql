-- What a brand's mentions of a period can be filtered by.
WITH heard AS (
    SELECT * FROM core.said WHERE brand = $brand AND day BETWEEN $first AND $last
)

SELECT
    (SELECT list(DISTINCT source ORDER BY source) FROM heard) AS source,
    (SELECT list(DISTINCT kind ORDER BY kind) FROM heard) AS kind,
    (SELECT list(DISTINCT score_language ORDER BY score_language) FROM heard WHERE score_language IS NOT NULL)
        AS "language",
    (
        SELECT list(place ORDER BY place)
        FROM (
            SELECT m.place, count(*) AS mentions
            FROM core.mention_version AS m
            SEMI JOIN heard AS h ON h.mention_id = m.mention_id
            WHERE m.valid_to IS NULL AND m.known_to IS NULL
            GROUP BY m.place
            ORDER BY mentions DESC
            LIMIT 100
        )
    ) AS place,
    (
        SELECT list(DISTINCT keyword ORDER BY keyword)
        FROM core.keyword_said
        WHERE brand = $brand AND day BETWEEN $first AND $last
    ) AS keyword,
    (
        SELECT list(DISTINCT driver ORDER BY driver)
        FROM core.driver_said
        WHERE brand = $brand AND day BETWEEN $first AND $last
    ) AS driver
