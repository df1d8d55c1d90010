-- What waits for an answer of a brand and fits all filters, the most urgent first; how many there are.
SELECT
    q.*,
    date_diff('second', q.published, q.due) / 3600 AS target_hours,
    date_diff('second', q.published, q.due) / 3600 - q.hours_left AS age_hours,
    m.text,
    m.content_hash,
    m.product,
    s.score_language AS "language",
    count(*) OVER () AS of_all,
    count(*) FILTER (q.overdue) OVER () AS of_all_overdue
FROM marts.answer_queue AS q
LEFT JOIN core.mention AS m ON m.mention_id = q.mention_id
LEFT JOIN core.said AS s ON s.mention_id = q.mention_id AND s.brand = q.brand
WHERE q.brand = $brand
    AND NOT list_contains($hidden::VARCHAR[], q.mention_id::VARCHAR)
    AND ($source::VARCHAR IS NULL OR q.source = $source)
    AND ($label::VARCHAR IS NULL OR q.label = $label)
    AND ($driver::VARCHAR IS NULL OR list_contains(q.drivers, $driver))
    AND ($kind::VARCHAR IS NULL OR q.kind = $kind)
    AND ($stars::INTEGER IS NULL OR 1 + round(4 * q.rating) = $stars)
    AND ($id::UUID IS NULL OR q.mention_id = $id)
    AND ($overdue::BOOLEAN IS NULL OR q.overdue = $overdue)
ORDER BY q.rank
LIMIT $limit OFFSET $offset
