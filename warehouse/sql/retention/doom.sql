-- Mentions of which nothing is kept any more.
CREATE OR REPLACE TEMP TABLE doomed AS
SELECT v.mention_id
FROM core.mention_version AS v
JOIN retained AS r ON r.source = v.source
GROUP BY v.mention_id
HAVING max(greatest(v.published, v.collected)) < min(r.derived_before)
