-- What is not collected of the walks that are declared now, the newest first.
SELECT series, label, source, watch, gap_from, gap_to, opened, walks, why, can_go_back
FROM core.open_gap
WHERE declared
ORDER BY watch, label, series, gap_to DESC
