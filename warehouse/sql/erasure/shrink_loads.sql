UPDATE rebuilding.core.load AS l
SET
    new = CASE WHEN d.whole THEN 0 ELSE l.new - d.new END,
    changed = CASE WHEN d.whole THEN 0 ELSE l.changed - d.changed END,
    unchanged = CASE WHEN d.whole THEN 0 ELSE l.unchanged END,
    duplicate = CASE WHEN d.whole THEN 0 ELSE l.duplicate END,
    quarantined = CASE WHEN d.whole THEN 0 ELSE l.quarantined - d.quarantined END,
    erased = CASE
        WHEN d.whole THEN l.rows_in + l.rejected
        ELSE l.erased + d.new + d.changed + d.quarantined
    END
FROM temp.doomed_load AS d
WHERE d.batch_id = l.batch_id
