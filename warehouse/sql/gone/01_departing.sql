-- Mentions with a current version that were noticed to be gone after they were last seen.
--   certain: the source says so, or an earlier visit, an hour ago or more, missed it since then, too
--   missed: when it was first missed since it was last seen
CREATE OR REPLACE TEMP TABLE departing AS
WITH told AS (
    SELECT
        mention_id::UUID AS mention_id,
        max(noticed) AS noticed,
        arg_max(reason, noticed) AS reason,
        bool_or(sure) AS sure
    FROM (SELECT unnest($departures, recursive := true))
    GROUP BY ALL
),

missed AS (
    SELECT mention_id, min(noticed) AS noticed
    FROM core.missed
    GROUP BY mention_id
)

SELECT
    t.mention_id,
    t.noticed,
    t.reason,
    t.sure OR coalesce(m.noticed <= t.noticed - INTERVAL 1 HOUR, false) AS certain,
    m.noticed AS missed,
    v.valid_from,
    v.known_from,
    greatest(t.noticed, v.valid_from + INTERVAL 1 MICROSECOND) AS gone_from
FROM told AS t
JOIN core.mention_version AS v
    ON v.mention_id = t.mention_id AND v.valid_to IS NULL AND v.known_to IS NULL
JOIN core.seen AS k ON k.mention_id = t.mention_id AND k.collected < t.noticed
LEFT JOIN missed AS m ON m.mention_id = t.mention_id AND m.noticed > k.collected
