-- Versions of other mentions that reply to one that goes.
CREATE OR REPLACE TEMP TABLE doomed_parent AS
SELECT r.rowid AS row
FROM core.mention_version AS r
SEMI JOIN (
    SELECT DISTINCT v.source, v.place, v.external_id
    FROM core.mention_version AS v
    SEMI JOIN doomed AS d ON d.mention_id = v.mention_id
) AS g ON g.source = r.source AND g.place = r.place AND g.external_id = r.parent_id
