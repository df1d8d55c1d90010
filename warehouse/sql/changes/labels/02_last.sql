-- Of several of the same words and brand, the last holds.
CREATE OR REPLACE TEMP TABLE last_label AS
SELECT *
FROM asked_label
WHERE refused IS NULL
QUALIFY row_number() OVER (PARTITION BY mention_id, brand, text_hash ORDER BY place DESC) = 1
