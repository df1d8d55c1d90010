-- One row a review or question of the last 365 days that an own brand has not answered, at a source
-- that allows answers, good reviews and bad ones, in the order in which to answer. Of copies of one
-- text, the earliest stands for all; an answer to one of them is enough.
-- columns: core.answer_queue
CREATE VIEW marts.answer_queue AS
WITH loaded AS (SELECT max(collected) AS at FROM core.load),

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
    WHERE known_to IS NULL
)

SELECT
    * EXCLUDE (known_from),
    row_number() OVER (
        PARTITION BY brand ORDER BY priority DESC, published, mention_id
    ) AS rank,
    known_from
FROM timed
ORDER BY brand, rank
