-- marts.survey_scores: survey figures whose period begins within the one asked for.
SELECT *
FROM marts.survey_scores
WHERE brand = $brand
    AND starts BETWEEN $first AND $last
ORDER BY measure, period, starts, segment, segment_value, scale_min, scale_max, direction
LIMIT $limit OFFSET $offset
