-- All rows of core.author_reach; up to which day is in the view, since it is another after each load.
-- definition: 1
-- key: brand, author
WITH last_day AS (
    SELECT brand, max(day) AS day
    FROM spine
    GROUP BY brand
),

heard AS (
    SELECT s.*, l.day AS last_day
    FROM core.said AS s
    JOIN last_day AS l ON l.brand = s.brand AND s.day BETWEEN l.day - 27 AND l.day
    WHERE s.day >= (SELECT min(day) - 27 FROM last_day)
        AND s.author IS NOT NULL
        AND s.kind <> 'survey'
),

daily AS (
    SELECT
        brand,
        author,
        last_day,
        day,
        list(DISTINCT source) AS sources,
        count(*) FILTER (first_copy) AS mentions,
        count(*) AS exposures,
        max(author_followers) AS followers,
        arg_max(author_followers, (published, mention_id)) AS last_followers,
        count(*) FILTER (first_copy AND label = 'positive') AS positive,
        count(*) FILTER (first_copy AND label = 'neutral') AS neutral,
        count(*) FILTER (first_copy AND label = 'negative') AS negative
    FROM heard
    GROUP BY brand, author, last_day, day
),

counted AS (
    SELECT
        brand,
        author,
        list_sort(list_distinct(flatten(list(sources)))) AS sources,
        sum(mentions)::BIGINT AS mentions,
        sum(exposures)::BIGINT AS exposures,
        count(*) AS days,
        arg_max(last_followers, day) AS followers,
        sum(followers)::BIGINT AS reach,
        sum(positive)::BIGINT AS positive,
        sum(neutral)::BIGINT AS neutral,
        sum(negative)::BIGINT AS negative,
        sum(positive + neutral + negative)::BIGINT AS scored
    FROM daily
    GROUP BY brand, author, last_day
    HAVING sum(mentions) > 0
),

ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY brand ORDER BY reach DESC NULLS LAST, mentions DESC, author
        ) AS rank
    FROM counted
    QUALIFY rank <= 100
)

SELECT
    n.*,
    n.scored / n.mentions AS scored_share,
    CASE WHEN scored >= l.net_sentiment THEN (positive - negative) / scored END AS net_sentiment,
    CASE WHEN scored >= l.net_sentiment THEN core.net_low(positive, negative, scored) END
        AS net_sentiment_low,
    CASE WHEN scored >= l.net_sentiment THEN core.net_high(positive, negative, scored) END
        AS net_sentiment_high
FROM ranked AS n, at_least AS l
