-- Coverage of each brand and day, in the watch file that its settings come from.
CREATE OR REPLACE TEMP TABLE covered AS
SELECT brand, day, coverage
FROM covered_in
WHERE home
