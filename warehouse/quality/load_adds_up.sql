-- Every row and unreadable record of a batch came out as something: new, changed, unchanged, a
-- duplicate within the batch, quarantined, or erased.
-- table: core.load
-- severity: fail
SELECT count(*) AS failing, min(batch_id, $examples) AS examples
FROM core.load
WHERE finished >= $since
    AND rows_in + rejected <> new + changed + unchanged + duplicate + quarantined + erased
