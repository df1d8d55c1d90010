DELETE FROM core.watch_day AS s
USING watch_days_due AS d
WHERE d.watch = s.watch AND d.brand = s.brand AND d.day = s.day
