-- What a brand's mentions of a period that fit all filters come to, and one page of their voices.
-- $ids are the mentions that have the words looked for, best first, parted by commas; NULL: none were.
WITH looked_for AS MATERIALIZED (
    SELECT unnest(ids)::UUID AS mention_id, unnest(range(len(ids))) AS place
    FROM (SELECT string_split($ids::VARCHAR, ',') AS ids)
    WHERE $ids::VARCHAR <> ''
),

found AS MATERIALIZED (
    SELECT s.mention_id, s.voice, s.published, s.day, s.label, s.first_copy, s.author_followers, w.place
    FROM core.said AS s
    LEFT JOIN looked_for AS w ON w.mention_id = s.mention_id
    WHERE s.brand = $brand
        AND s.day BETWEEN $first AND $last
        AND ($ids::VARCHAR IS NULL OR w.mention_id IS NOT NULL)
        AND ($source::VARCHAR IS NULL OR s.source = $source)
        AND ($kind::VARCHAR IS NULL OR s.kind = $kind OR ($kind = 'public' AND s.kind <> 'survey'))
        AND ($language::VARCHAR IS NULL OR s.score_language = $language)
        AND ($label::VARCHAR IS NULL OR s.label = $label)
        AND ($stars::INTEGER IS NULL OR 1 + round(4 * s.rating / 1e9) = $stars)
        AND ($reach::BIGINT IS NULL OR s.author_followers >= $reach)
        AND ($voice::UBIGINT IS NULL OR s.voice = $voice)
        AND ($author::VARCHAR IS NULL OR s.author = $author)
        AND ($answered::BOOLEAN IS NULL OR (s.has_answer = $answered AND (s.answerable OR $answered)))
        AND (
            $place::VARCHAR IS NULL
            OR s.mention_id IN (SELECT mention_id FROM core.mention WHERE place = $place)
        )
        AND (
            $keyword::VARCHAR IS NULL
            OR s.mention_id IN (
                SELECT mention_id FROM core.keyword_said WHERE brand = $brand AND keyword = $keyword
            )
        )
        AND (
            $driver::VARCHAR IS NULL
            OR s.mention_id IN (
                SELECT mention_id FROM core.driver_said WHERE brand = $brand AND driver = $driver
            )
        )
),

heard AS (
    SELECT
        f.*,
        log10(1 + coalesce(e.likes, 0) + coalesce(e.replies, 0) + coalesce(e.shares, 0)) AS reactions
    FROM found AS f
    LEFT JOIN core.engagement AS e
        ON $sort = 'loudest' AND e.mention_id = f.mention_id AND e.until IS NULL
),

voices AS (
    SELECT
        voice,
        first(mention_id ORDER BY first_copy DESC, published, mention_id) AS mention_id,
        first(published ORDER BY first_copy DESC, published, mention_id) AS published,
        bool_or(first_copy) AS original,
        count(*) AS exposures,
        min(place) AS place,
        log10(1 + coalesce(sum(author_followers), 0)) + max(reactions) + log10(count(*)) AS loudness
    FROM heard
    GROUP BY voice
),

page AS (
    SELECT
        row_number() OVER (
            ORDER BY
                CASE WHEN $sort = 'best' THEN place END,
                CASE WHEN $sort = 'loudest' THEN loudness END DESC NULLS LAST,
                published DESC,
                mention_id
        ) AS rank,
        *
    FROM voices
    QUALIFY rank > $offset AND rank <= $offset + $limit
),

days AS (
    SELECT
        day,
        count(*) FILTER (first_copy) AS mentions,
        count(*) FILTER (first_copy AND label = 'positive') AS positive,
        count(*) FILTER (first_copy AND label = 'neutral') AS neutral,
        count(*) FILTER (first_copy AND label = 'negative') AS negative,
        count(*) FILTER (first_copy AND label = 'unscored') AS unscored
    FROM found
    GROUP BY day
),

summed AS (
    SELECT
        coalesce(sum(mentions), 0)::BIGINT AS mentions,
        coalesce(sum(positive), 0)::BIGINT AS positive,
        coalesce(sum(neutral), 0)::BIGINT AS neutral,
        coalesce(sum(negative), 0)::BIGINT AS negative,
        coalesce(sum(unscored), 0)::BIGINT AS unscored,
        coalesce(sum(positive + neutral + negative), 0)::BIGINT AS scored
    FROM days
)

SELECT
    s.*,
    (SELECT count(*) FROM found) AS exposures,
    (SELECT count(*) FROM voices) AS voices,
    CASE WHEN s.scored >= least_n.n THEN (s.positive - s.negative) / s.scored END AS net_sentiment,
    CASE WHEN s.scored >= least_n.n THEN core.net_low(s.positive, s.negative, s.scored) END AS net_sentiment_low,
    CASE WHEN s.scored >= least_n.n THEN core.net_high(s.positive, s.negative, s.scored) END AS net_sentiment_high,
    (
        SELECT min(coverage)
        FROM marts.brand_reputation_daily
        WHERE brand = $brand
            AND day BETWEEN $first AND $last
            -- the running day can't have been collected to its end
            AND day < $newest
    ) AS coverage,
    (SELECT coalesce(list(d ORDER BY day), []) FROM days AS d) AS days,
    (SELECT coalesce(list(p ORDER BY rank), []) FROM page AS p) AS page
FROM summed AS s
CROSS JOIN (SELECT n FROM core.minimum WHERE figure = 'net_sentiment') AS least_n
