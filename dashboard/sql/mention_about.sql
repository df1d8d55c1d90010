-- The brands that a mention is about, own ones first, and how it speaks of each.
SELECT
    s.brand,
    b.own,
    s.label,
    s.given,
    s.compound,
    s.scorer,
    s.scorer_version,
    s.score_language AS "language",
    s.published,
    s.first_copy,
    m.how,
    m.matched,
    m.watch,
    c.confidence,
    c.unscored_reason
FROM core.said AS s
LEFT JOIN (SELECT brand, bool_or(own) AS own FROM core.brand GROUP BY brand) AS b ON b.brand = s.brand
LEFT JOIN core.brand_match AS m ON m.mention_id = s.mention_id AND m.brand = s.brand AND m.known_to IS NULL
LEFT JOIN core.score AS c ON c.mention_id = s.mention_id AND c.known_to IS NULL
WHERE s.mention_id = $id::UUID
QUALIFY row_number() OVER (PARTITION BY s.brand ORDER BY m.known_from DESC, c.known_from DESC) = 1
ORDER BY b.own DESC, s.brand
