INSERT INTO core.response_day BY NAME
WITH review AS (
    SELECT
        s.*,
        core.rating_class(s.rating) AS class,
        s.first_asked AND s.voice_answered AS has_one
    FROM core.said AS s
    SEMI JOIN days_due AS d ON d.brand = s.brand AND d.day = s.day
    WHERE s.kind = 'review'
)

SELECT
    brand,
    source,
    day,
    count(*) AS reviews,
    count(*) FILTER (first_asked) AS received,
    count(*) FILTER (first_asked AND class = 'positive') AS received_positive,
    count(*) FILTER (first_asked AND class = 'neutral') AS received_neutral,
    count(*) FILTER (first_asked AND class = 'negative') AS received_negative,
    count(*) FILTER (has_one) AS answered,
    count(*) FILTER (has_one AND class = 'positive') AS answered_positive,
    count(*) FILTER (has_one AND class = 'neutral') AS answered_neutral,
    count(*) FILTER (has_one AND class = 'negative') AS answered_negative,
    count(voice_in_target) FILTER (first_asked) AS timed,
    count(*) FILTER (first_asked AND voice_in_target) AS in_target,
    min(published) FILTER (first_asked AND NOT voice_answered) AS oldest_open
FROM review
GROUP BY ALL
