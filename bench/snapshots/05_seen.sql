-- When they were collected.
INSERT INTO core.seen
SELECT md5(range::VARCHAR)::UUID, TIMESTAMP '2025-01-01' + to_seconds(range // 100)
FROM range($first * 100, $last * 100)
