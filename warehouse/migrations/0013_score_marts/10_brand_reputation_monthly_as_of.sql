-- marts.brand_reputation_monthly as it was told at time t (UTC).
CREATE MACRO marts.brand_reputation_monthly_as_of(t) AS TABLE
SELECT * EXCLUDE (known_to)
FROM core.brand_reputation_monthly
WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
