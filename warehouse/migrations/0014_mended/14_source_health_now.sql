-- One row a source of a watch: how it is, as of the last collecting (as_of). Figures of _28 are of the 28
-- days before that. What is only known of sources that tell it is NULL elsewhere.
-- columns: core.source_health
CREATE VIEW marts.source_health AS
WITH moment AS (SELECT max(collected) AS as_of FROM core.load)

SELECT
    h.watch,
    h.source,
    m.as_of,
    h.newest_published,
    epoch_us(m.as_of - h.newest_published) / 3.6e9 AS hours_since_newest,
    h.last_collected,
    h.last_success,
    epoch_us(m.as_of - h.last_success) / 3.6e9 AS hours_since_success,
    h.* EXCLUDE (watch, source, newest_published, last_collected, last_success, known_to)
FROM core.source_health AS h
CROSS JOIN moment AS m
WHERE h.known_to IS NULL
