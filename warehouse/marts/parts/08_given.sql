-- Labels given to the voices of each due brand and day, in lots of one scorer, version and language.
CREATE OR REPLACE TEMP TABLE given AS
SELECT l.*
FROM core.label_day AS l
SEMI JOIN due AS d ON d.brand = l.brand AND d.day = l.day
