-- marts.answer_queue: what waits for an answer.
SELECT *
FROM marts.answer_queue
WHERE brand = $brand
    AND day BETWEEN $first AND $last
ORDER BY rank
LIMIT $limit OFFSET $offset
