-- How much there is: mentions, sources, rows in quarantine, open gaps.
SELECT
    (SELECT count(*) FROM core.mention) AS mentions,
    (SELECT count(DISTINCT source) FROM core.mention) AS sources,
    (SELECT count(*) FROM core.quarantine WHERE released IS NULL) AS quarantined,
    (SELECT count(*) FROM core.open_gap WHERE declared) AS gaps
