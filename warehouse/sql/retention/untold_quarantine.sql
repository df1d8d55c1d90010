-- Records that were held long enough.
CREATE OR REPLACE TEMP TABLE untold_quarantine AS
SELECT q.rowid AS row
FROM core.quarantine AS q
JOIN retained AS r ON r.source = q.source
WHERE q.raw IS NOT NULL AND q.quarantined < r.text_before
