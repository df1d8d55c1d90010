-- What a mention has said over time, as it is known now, the newest first.
SELECT
    valid_from,
    valid_to,
    known_from,
    source,
    place,
    kind,
    published,
    collected,
    edited,
    url,
    author,
    author_followers,
    title,
    text,
    "language",
    rating AS stars,
    rating_min,
    rating_max,
    (rating - rating_min) / nullif(rating_max - rating_min, 0) AS rating,
    answer,
    answered,
    product,
    version,
    country,
    survey,
    question,
    measure,
    content_hash
FROM core.mention_version
WHERE mention_id = $id::UUID AND known_to IS NULL
ORDER BY valid_from DESC, known_from DESC
