-- Coverage of what a watch compares on a day: that of the brand of which least was collected there.
CREATE OR REPLACE TEMP TABLE compared_day AS
SELECT watch, day, min(coverage) AS coverage
FROM covered_in
GROUP BY watch, day
