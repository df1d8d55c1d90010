-- What is missing? Times that were not collected, records in quarantine, mentions without a score, and
-- parts of the score without data; each with what to do.
-- $days = 28: For scores and parts: how many days, up to the last one told.
WITH gap AS (
    SELECT
        1 AS place,
        'not collected' AS missing,
        g.label AS of_what,
        NULL::BIGINT AS n,
        NULL::DOUBLE AS share,
        coalesce(strftime(g.gap_from, '%Y-%m-%d %H:%M'), 'the beginning') || ' to '
            || strftime(g.gap_to, '%Y-%m-%d %H:%M') AS during,
        g.why,
        CASE WHEN g.can_go_back THEN 'tidings repair' ELSE 'the source can not be asked for it again' END
            AS way_out
    FROM core.open_gap AS g
    WHERE g.declared
),

never AS (
    SELECT
        2,
        'never collected',
        w.label,
        NULL::BIGINT,
        NULL::DOUBLE,
        NULL,
        'no run of this walk is loaded',
        'tidings run'
    FROM core.walk AS w
    WHERE coalesce(w.series, w.walk_id) NOT IN (
        SELECT coalesce(c.series, c.walk_id) FROM core.complete_coverage AS c
    )
),

held AS (
    SELECT
        3,
        'in quarantine',
        coalesce(q.source, 'unknown source'),
        count(*),
        count(*) / (SELECT sum(rows_in + rejected) FROM core.load AS l WHERE l.source = q.source),
        NULL,
        q.rules,
        'tidings quarantine list'
    FROM core.quarantine AS q
    WHERE q.released IS NULL
    GROUP BY q.source, q.rules
),

recent AS (
    SELECT m.mention_id, m.language, s.label, s.unscored_reason, s.score_language
    FROM core.mention AS m
    LEFT JOIN core.score AS s ON s.mention_id = m.mention_id AND s.known_to IS NULL
    WHERE m.mention_id IN (SELECT mention_id FROM core.brand_match WHERE known_to IS NULL)
        AND m.published > (
            SELECT max(day) + 1 - $days::INTEGER FROM marts.brand_reputation_daily
        )
),

unscored AS (
    SELECT
        4,
        'without a score',
        coalesce(score_language, language, 'unknown language'),
        count(*),
        count(*) / (SELECT count(*) FROM recent),
        NULL,
        coalesce(unscored_reason, 'never scored'),
        CASE
            WHEN unscored_reason = 'language' THEN 'a scorer for the language, see [sentiment] in the watch file'
            WHEN unscored_reason IS NULL THEN 'tidings sentiment rescore'
            ELSE 'nothing: there is no mood to be read in it'
        END
    FROM recent
    WHERE label IS NULL OR label = 'unscored'
    GROUP BY ALL
),

part AS (
    SELECT
        5,
        'part of the score',
        brand || ': ' || part,
        count(*),
        count(*) / $days::INTEGER,
        NULL,
        'too few, or no source tells it',
        CASE part
            WHEN 'rating' THEN 'a source of reviews'
            WHEN 'response' THEN 'a source of reviews that allows answers'
            WHEN 'surveys' THEN 'survey answers'
            WHEN 'attention' THEN 'more mentions'
            WHEN 'sentiment' THEN 'more mentions that are scored'
            ELSE 'nothing: it is told from the first look for incidents on'
        END
    FROM (
        SELECT brand, unnest(string_split(parts_missing, ', ')) AS part
        FROM marts.brand_reputation_daily
        WHERE own
            AND parts_missing <> ''
            AND day > (SELECT max(day) - $days::INTEGER FROM marts.brand_reputation_daily)
    )
    GROUP BY brand, part
)

SELECT missing, of_what, n, share, during, why, way_out
FROM (
    FROM gap
    UNION ALL
    FROM never
    UNION ALL
    FROM held
    UNION ALL
    FROM unscored
    UNION ALL
    FROM part
)
ORDER BY place, n DESC NULLS FIRST, of_what, why
