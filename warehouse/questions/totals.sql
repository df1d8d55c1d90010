-- How much there is: mentions, sources, rows in quarantine, open gaps.
SELECT
    (SELECT count(*) FROM core.mention) AS mentions,
    (SELECT count(DISTINCT source) FROM core.mention) AS sources,
    (SELECT count(*) FROM core.quarantine WHERE released IS NULL) AS quarantined,
    (SELECT count(DISTINCT walk_id) FROM core.coverage WHERE gap_to IS NOT NULL) AS gaps
