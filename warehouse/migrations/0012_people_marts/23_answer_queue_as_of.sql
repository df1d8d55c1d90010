-- marts.answer_queue as it was told at time t (UTC).
CREATE MACRO marts.answer_queue_as_of(t) AS TABLE
WITH loaded AS (SELECT max(collected) AS at FROM core.load WHERE finished <= t),

timed AS (
    SELECT
        q.* EXCLUDE (known_to),
        date_diff('second', l.at, q.due) / 3600 AS hours_left,
        q.due < l.at AS overdue,
        q.urgency
        * (1 + log10(1 + coalesce(q.reach, 0)))
        * (
            1
            + least(
                3,
                coalesce(
                    greatest(date_diff('second', q.published, l.at), 0)
                    / nullif(date_diff('second', q.published, q.due), 0),
                    3
                )
            )
        ) AS priority
    FROM core.answer_queue AS q, loaded AS l
    WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
)

SELECT
    * EXCLUDE (known_from),
    row_number() OVER (
        PARTITION BY brand ORDER BY priority DESC, published, mention_id
    ) AS rank,
    known_from
FROM timed
ORDER BY brand, rank
