-- The due rows of marts.response_daily: of each brand and day, the sources at which a review was
-- received in the 28 days up to and with it, or an answer was given on it.
-- definition: 1
-- key: brand, source, day
WITH cohort AS (
    SELECT
        p.brand,
        d.source,
        p.day,
        coalesce(sum(d.received) FILTER (d.day = p.day), 0)::BIGINT AS received,
        coalesce(sum(d.received_positive) FILTER (d.day = p.day), 0)::BIGINT AS received_positive,
        coalesce(sum(d.received_neutral) FILTER (d.day = p.day), 0)::BIGINT AS received_neutral,
        coalesce(sum(d.received_negative) FILTER (d.day = p.day), 0)::BIGINT AS received_negative,
        coalesce(sum(d.answered) FILTER (d.day = p.day), 0)::BIGINT AS answered,
        coalesce(sum(d.answered_positive) FILTER (d.day = p.day), 0)::BIGINT AS answered_positive,
        coalesce(sum(d.answered_neutral) FILTER (d.day = p.day), 0)::BIGINT AS answered_neutral,
        coalesce(sum(d.answered_negative) FILTER (d.day = p.day), 0)::BIGINT AS answered_negative,
        coalesce(sum(d.timed) FILTER (d.day = p.day), 0)::BIGINT AS timed,
        coalesce(sum(d.in_target) FILTER (d.day = p.day), 0)::BIGINT AS in_target,
        min(d.oldest_open) FILTER (d.day = p.day) AS oldest_open,
        sum(d.received)::BIGINT AS received_28,
        sum(d.answered)::BIGINT AS answered_28,
        sum(d.timed)::BIGINT AS timed_28,
        sum(d.in_target)::BIGINT AS in_target_28,
        min(d.oldest_open) AS oldest_open_28
    FROM due AS p
    JOIN core.response_day AS d ON d.brand = p.brand AND d.day BETWEEN p.day - 27 AND p.day
    WHERE p.near AND d.received > 0
    GROUP BY p.brand, d.source, p.day
),

given AS (
    SELECT a.brand, a.source, a.day, count(*) AS responses
    FROM core.answer_said AS a
    SEMI JOIN (SELECT brand, day FROM due WHERE near) AS d ON d.brand = a.brand AND d.day = a.day
    GROUP BY a.brand, a.source, a.day
),

-- Of the day itself.
timed AS (
    SELECT
        a.brand,
        a.source,
        a.asked_day AS day,
        count(*) AS n,
        quantile_cont(a.seconds, 0.5) AS median
    FROM core.answer_said AS a
    SEMI JOIN (SELECT brand, day FROM due WHERE near) AS d
        ON d.brand = a.brand AND d.day = a.asked_day
    GROUP BY ALL
),

counted AS (
    SELECT
        coalesce(c.brand, g.brand) AS brand,
        coalesce(c.source, g.source) AS source,
        coalesce(c.day, g.day) AS day,
        coalesce(c.received, 0) AS received,
        coalesce(c.received_positive, 0) AS received_positive,
        coalesce(c.received_neutral, 0) AS received_neutral,
        coalesce(c.received_negative, 0) AS received_negative,
        coalesce(c.answered, 0) AS answered,
        coalesce(c.answered_positive, 0) AS answered_positive,
        coalesce(c.answered_neutral, 0) AS answered_neutral,
        coalesce(c.answered_negative, 0) AS answered_negative,
        coalesce(c.timed, 0) AS timed,
        coalesce(c.in_target, 0) AS in_target,
        c.oldest_open,
        coalesce(c.received_28, 0) AS received_28,
        coalesce(c.answered_28, 0) AS answered_28,
        coalesce(c.timed_28, 0) AS timed_28,
        coalesce(c.in_target_28, 0) AS in_target_28,
        c.oldest_open_28,
        coalesce(g.responses, 0) AS responses,
        t.median,
        coalesce(t.n, 0) AS n_response_time,
        w.twice / 2 AS median_28,
        coalesce(w.n, 0) AS n_response_time_28
    FROM cohort AS c
    FULL JOIN given AS g ON g.brand = c.brand AND g.source = c.source AND g.day = c.day
    LEFT JOIN timed AS t ON t.brand = c.brand AND t.source = c.source AND t.day = c.day
    LEFT JOIN waited AS w ON w.brand = c.brand AND w.source = c.source AND w.day = c.day
)

SELECT
    n.day,
    n.brand,
    n.source,
    c.coverage,
    received,
    received_positive,
    received_neutral,
    received_negative,
    answered,
    answered_positive,
    answered_neutral,
    answered_negative,
    received - answered AS open,
    oldest_open,
    CASE WHEN received >= l.response_rate THEN answered / received END AS response_rate,
    CASE WHEN received >= l.response_rate THEN core.wilson_low(answered, received) END
        AS response_rate_low,
    CASE WHEN received >= l.response_rate THEN core.wilson_high(answered, received) END
        AS response_rate_high,
    timed AS n_answered_in_target,
    CASE WHEN timed >= l.answered_in_target THEN in_target / timed END AS answered_in_target,
    CASE WHEN timed >= l.answered_in_target THEN core.wilson_low(in_target, timed) END
        AS answered_in_target_low,
    CASE WHEN timed >= l.answered_in_target THEN core.wilson_high(in_target, timed) END
        AS answered_in_target_high,
    n_response_time,
    CASE WHEN n_response_time >= l.response_time_median THEN median / 3600 END
        AS response_time_median,
    responses,
    received_28,
    answered_28,
    received_28 - answered_28 AS open_28,
    oldest_open_28,
    CASE WHEN received_28 >= l.response_rate THEN answered_28 / received_28 END AS response_rate_28,
    CASE WHEN received_28 >= l.response_rate THEN core.wilson_low(answered_28, received_28) END
        AS response_rate_28_low,
    CASE WHEN received_28 >= l.response_rate THEN core.wilson_high(answered_28, received_28) END
        AS response_rate_28_high,
    timed_28 AS n_answered_in_target_28,
    CASE WHEN timed_28 >= l.answered_in_target THEN in_target_28 / timed_28 END
        AS answered_in_target_28,
    CASE WHEN timed_28 >= l.answered_in_target THEN core.wilson_low(in_target_28, timed_28) END
        AS answered_in_target_28_low,
    CASE WHEN timed_28 >= l.answered_in_target THEN core.wilson_high(in_target_28, timed_28) END
        AS answered_in_target_28_high,
    n_response_time_28,
    CASE WHEN n_response_time_28 >= l.response_time_median THEN median_28 / 3600 END
        AS response_time_median_28
FROM counted AS n
JOIN covered AS c ON c.brand = n.brand AND c.day = n.day
CROSS JOIN at_least AS l
