-- marts.source_health as it was told at time t (UTC), its ages counted to the last collecting loaded by
-- then.
CREATE OR REPLACE MACRO marts.source_health_as_of(t) AS TABLE
WITH moment AS (SELECT max(collected) AS as_of FROM core.load WHERE finished <= t)

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
WHERE h.known_from <= t AND (h.known_to IS NULL OR h.known_to > t)
