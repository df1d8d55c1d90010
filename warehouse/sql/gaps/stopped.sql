-- Windows that were asked for, were stopped, and have covered nothing.
SELECT DISTINCT series, gap_from, gap_to
FROM core.gap
WHERE closed IS NULL AND walk_id <> series AND NOT progress
ORDER BY ALL
