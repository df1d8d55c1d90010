-- What was said of a brand in a stretch of time, the voices that weigh most first: negative ones (or
-- all), by how often they were repeated and by how many follow the author.
SELECT
    s.mention_id::VARCHAR AS mention_id,
    count(*) OVER (PARTITION BY s.voice) AS copies,
    s.author_followers AS followers,
    s.source,
    s.score_language AS language,
    s.first_copy
FROM core.said AS s
WHERE s.brand = $brand
    AND s.published >= $since AND s.published <= $until
    AND ($label::VARCHAR IS NULL OR s.label = $label)
    AND ($only::UUID[] IS NULL OR list_contains($only::UUID[], s.mention_id))
QUALIFY row_number() OVER (PARTITION BY s.voice ORDER BY s.first_copy DESC, s.published, s.mention_id) = 1
ORDER BY copies DESC, coalesce(s.author_followers, 0) DESC, s.published, s.mention_id
