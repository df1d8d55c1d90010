-- Which reviews must we answer today? Those in the queue (marts.answer_queue) whose time is up or will
-- be within 24 hours, in the order in which to answer: the worst, the farthest heard and the oldest
-- first. Copies count once. hours is the age; left is what remains of the brand's target, below 0 it
-- is missed; both at the last load.
-- $brand: The brand; all own ones if none is named.
-- $days = 28: Reviews of so many days; older ones are past answering.
WITH loaded AS (SELECT max(collected) AS now FROM core.load)

SELECT
    q.brand,
    q.rank,
    q.source,
    q.published,
    round(epoch(l.now - q.published) / 3600, 1) AS hours,
    round(q.hours_left, 1) AS "left",
    q.stars AS rating,
    q.label AS mood,
    array_to_string(q.drivers, ', ') AS drivers,
    q.reach AS followers,
    left(concat_ws(': ', q.title, q.excerpt), 160) AS said,
    q.url,
    q.place,
    q.mention_id
FROM marts.answer_queue AS q, loaded AS l
WHERE (q.brand = $brand OR $brand IS NULL)
    AND q.hours_left < 24
    AND q.published > l.now - to_days($days::INTEGER)
ORDER BY q.brand, q.rank
