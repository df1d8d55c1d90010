-- Attributes of the respondents by which a brand's survey answers of a period can be told apart.
SELECT segment, count(DISTINCT segment_value) AS several, sum(n)::BIGINT AS n
FROM marts.survey_scores
WHERE brand = $brand AND segment <> '' AND period = 'day' AND starts BETWEEN $first AND $last
GROUP BY segment
ORDER BY segment
