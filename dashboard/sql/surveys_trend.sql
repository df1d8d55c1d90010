-- Survey figures of a brand by day, week or month: of all answers and by the values of an attribute.
SELECT
    measure,
    direction,
    scale_min,
    scale_max,
    starts,
    segment_value,
    n,
    value,
    low,
    high,
    coverage
FROM marts.survey_scores
WHERE brand = $brand
    AND period = $step
    AND starts BETWEEN date_trunc($step, $first::DATE) AND $last
    AND segment IN ('', $segment)
ORDER BY measure, direction, scale_min, scale_max, starts, segment_value
