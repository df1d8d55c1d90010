-- One row a source of a watch: how it is, as of the last collecting (as_of). Figures of _28 are of the 28
-- days before that. What is only known of sources that tell it is NULL elsewhere.
-- columns: core.source_health
CREATE VIEW marts.source_health AS
SELECT * EXCLUDE (known_to)
FROM core.source_health
WHERE known_to IS NULL
