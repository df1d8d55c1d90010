-- The content of marts.keyword_daily, of the parts in parts/.
INSERT INTO marts.keyword_daily BY NAME
WITH hit AS (
    SELECT mention_id, brand, keyword, max(hits) AS hits
    FROM core.keyword_hit
    WHERE known_to IS NULL
    GROUP BY mention_id, brand, keyword
),

worded AS (
    SELECT
        k.brand,
        k.keyword,
        k.hits,
        timezone(h.timezone, timezone('UTC', m.published))::DATE AS day,
        coalesce(s.label, 'unscored') AS label,
        row_number() OVER (
            PARTITION BY k.brand, k.keyword, coalesce(m.voice_key, m.mention_id::VARCHAR)
            ORDER BY m.published, m.mention_id
        ) = 1 AS first_copy
    FROM hit AS k
    JOIN brand_home AS h ON h.brand = k.brand
    JOIN core.mention AS m ON m.mention_id = k.mention_id
    LEFT JOIN core.score AS s ON s.mention_id = m.mention_id AND s.known_to IS NULL
),

daily AS (
    SELECT
        brand,
        keyword,
        day,
        count(*) FILTER (first_copy) AS mentions,
        count(*) AS exposures,
        sum(hits) FILTER (first_copy) AS hits,
        count(*) FILTER (first_copy AND label = 'positive') AS positive,
        count(*) FILTER (first_copy AND label = 'neutral') AS neutral,
        count(*) FILTER (first_copy AND label = 'negative') AS negative
    FROM worded
    GROUP BY brand, keyword, day
),

counted AS (
    SELECT
        p.day,
        p.brand,
        k.keyword,
        c.coverage,
        coalesce(d.mentions, 0) AS mentions,
        coalesce(d.exposures, 0) AS exposures,
        coalesce(d.hits, 0) AS hits,
        coalesce(d.positive + d.neutral + d.negative, 0) AS scored,
        coalesce(d.positive, 0) AS positive,
        coalesce(d.neutral, 0) AS neutral,
        coalesce(d.negative, 0) AS negative
    FROM (SELECT DISTINCT brand, keyword FROM daily) AS k
    JOIN spine AS p ON p.brand = k.brand
    JOIN covered AS c ON c.brand = p.brand AND c.day = p.day
    LEFT JOIN daily AS d ON d.brand = k.brand AND d.keyword = k.keyword AND d.day = p.day
)

SELECT
    n.*,
    n.scored / nullif(n.mentions, 0) AS scored_share,
    CASE WHEN scored >= l.net_sentiment THEN (positive - negative) / scored END AS net_sentiment,
    CASE WHEN scored >= l.net_sentiment THEN core.net_low(positive, negative, scored) END
        AS net_sentiment_low,
    CASE WHEN scored >= l.net_sentiment THEN core.net_high(positive, negative, scored) END
        AS net_sentiment_high,
    CASE
        WHEN positive + negative >= l.net_sentiment_polar
            THEN (positive - negative) / (positive + negative)
    END AS net_sentiment_polar,
    CASE
        WHEN positive + negative >= l.net_sentiment_polar
            THEN 2 * core.wilson_low(positive, positive + negative) - 1
    END AS net_sentiment_polar_low,
    CASE
        WHEN positive + negative >= l.net_sentiment_polar
            THEN 2 * core.wilson_high(positive, positive + negative) - 1
    END AS net_sentiment_polar_high,
    CASE WHEN scored >= l.negative_share THEN negative / scored END AS negative_share,
    CASE WHEN scored >= l.negative_share THEN core.wilson_low(negative, scored) END
        AS negative_share_low,
    CASE WHEN scored >= l.negative_share THEN core.wilson_high(negative, scored) END
        AS negative_share_high
FROM counted AS n, at_least AS l
ORDER BY n.brand, n.keyword, n.day
