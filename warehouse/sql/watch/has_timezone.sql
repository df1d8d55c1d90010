SELECT count(*) > 0
FROM pg_timezone_names()
WHERE name = $timezone
