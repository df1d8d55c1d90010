-- Bands that a new text shares with another, with all that have them.
CREATE OR REPLACE TEMP TABLE shared AS
WITH having_it AS (
    SELECT *, false AS is_new FROM known_band
    UNION ALL
    SELECT *, true FROM new_band
),

several AS (
    SELECT band
    FROM having_it
    GROUP BY band
    HAVING bool_or(is_new) AND count(*) > 1
)

SELECT h.*
FROM having_it AS h
SEMI JOIN several AS s ON s.band = h.band
