DELETE FROM core.driver_day AS s
USING days_due AS d
WHERE d.brand = s.brand AND d.day = s.day
