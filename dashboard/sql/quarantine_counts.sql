-- How many rows of a watch file are held, by source and the rules that they broke.
SELECT q.source, q.rules, count(*) AS held
FROM core.quarantine AS q
JOIN core.load AS l ON l.batch_id = q.batch_id
WHERE l.watch = $watch AND q.released IS NULL
GROUP BY ALL
ORDER BY held DESC, q.source, q.rules
