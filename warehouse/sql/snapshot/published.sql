SELECT published, loads, loaded
FROM core.published
