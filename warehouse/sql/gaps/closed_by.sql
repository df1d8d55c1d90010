-- The gaps that a run has closed, of all its sources.
SELECT watch, label, gap_from, gap_to, opened, why
FROM core.gap
WHERE starts_with(closed_by, $run || '.')
ORDER BY watch, label, opened, gap_to
