-- Of several of the same mention and brand, the last holds.
CREATE OR REPLACE TEMP TABLE last_mark AS
SELECT *
FROM asked_mark
WHERE refused IS NULL
QUALIFY row_number() OVER (PARTITION BY mention_id, brand ORDER BY place DESC) = 1
