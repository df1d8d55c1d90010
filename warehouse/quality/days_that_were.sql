-- No row is of a day before 1990, or later than a day after the last collecting and the last mention.
-- each: day
-- severity: fail
SELECT count(*) AS failing, min(day::VARCHAR, $examples) AS examples
FROM query_table($mart)
WHERE day < DATE '1990-01-01'
    OR day > greatest(
        (SELECT max(collected) FROM core.load),
        (SELECT max(published) FROM core.mention_version)
    )::DATE + 1
