-- A brand's mean rating by day, with how many reviews it is of.
SELECT day, rating_mean, rating_mean_low, rating_mean_high, n_ratings, coverage
FROM marts.brand_reputation_daily
WHERE brand = $brand AND day BETWEEN $first AND $last
ORDER BY day
