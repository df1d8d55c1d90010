-- How a brand has answered the reviews that it received within a period, all sources together.
WITH told AS (
    SELECT
        coalesce(sum(received), 0)::BIGINT AS received,
        coalesce(sum(answered), 0)::BIGINT AS answered,
        coalesce(sum("open"), 0)::BIGINT AS "open",
        coalesce(sum(responses), 0)::BIGINT AS responses,
        -- the running day can't have been collected to its end
        min(coverage) FILTER (day < $newest) AS coverage
    FROM marts.response_daily
    WHERE brand = $brand AND day BETWEEN $first AND $last
),

-- the mart leaves out shares of days with few reviews, so they can't be summed there
soon AS (
    SELECT
        coalesce(sum(timed), 0)::BIGINT AS n_answered_in_target,
        coalesce(sum(in_target), 0)::BIGINT AS in_target
    FROM core.response_day
    WHERE brand = $brand AND day BETWEEN $first AND $last
),

timed AS (
    SELECT count(*) AS n_response_time, quantile_cont(seconds, 0.5) / 3600 AS median
    FROM core.answer_said
    WHERE brand = $brand AND asked_day BETWEEN $first AND $last
),

least_n AS (
    SELECT
        any_value(n) FILTER (figure = 'response_rate') AS response_rate,
        any_value(n) FILTER (figure = 'answered_in_target') AS answered_in_target,
        any_value(n) FILTER (figure = 'response_time_median') AS response_time_median
    FROM core.minimum
)

SELECT
    t.*,
    s.*,
    d.n_response_time,
    CASE WHEN d.n_response_time >= l.response_time_median THEN d.median END AS response_time_median,
    CASE WHEN t.received >= l.response_rate THEN t.answered / t.received END AS response_rate,
    CASE WHEN t.received >= l.response_rate THEN core.wilson_low(t.answered, t.received) END AS response_rate_low,
    CASE WHEN t.received >= l.response_rate THEN core.wilson_high(t.answered, t.received) END AS response_rate_high,
    CASE WHEN s.n_answered_in_target >= l.answered_in_target THEN s.in_target / s.n_answered_in_target END
        AS answered_in_target,
    CASE WHEN s.n_answered_in_target >= l.answered_in_target
        THEN core.wilson_low(s.in_target, s.n_answered_in_target) END AS answered_in_target_low,
    CASE WHEN s.n_answered_in_target >= l.answered_in_target
        THEN core.wilson_high(s.in_target, s.n_answered_in_target) END AS answered_in_target_high
FROM told AS t
CROSS JOIN soon AS s
CROSS JOIN timed AS d
CROSS JOIN least_n AS l
