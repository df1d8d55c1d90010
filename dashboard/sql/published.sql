-- When the snapshot was made (UTC).
SELECT published, loads, loaded
FROM core.published
