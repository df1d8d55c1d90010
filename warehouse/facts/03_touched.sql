-- Mentions of which something was learnt since the last refresh ($since; all where it is -infinity).
CREATE OR REPLACE TEMP TABLE touched AS
SELECT mention_id FROM core.mention_version WHERE known_from > $since OR known_to > $since
UNION
SELECT mention_id FROM core.score WHERE known_from > $since OR known_to > $since
UNION
SELECT mention_id FROM core.brand_match WHERE known_from > $since OR known_to > $since
UNION
SELECT mention_id FROM core.keyword_hit WHERE known_from > $since OR known_to > $since
UNION
SELECT mention_id FROM core.driver_hit WHERE known_from > $since OR known_to > $since
UNION
SELECT mention_id FROM core.label_correction WHERE known_from > $since OR known_to > $since
UNION
SELECT mention_id FROM core.answer_mark WHERE known_from > $since OR known_to > $since
UNION
SELECT e.mention_id
FROM core.engagement AS e
JOIN core.load AS l ON l.batch_id = e.batch_id
WHERE l.finished > $since
UNION
SELECT m.mention_id
FROM core.mention_version AS m
SEMI JOIN core.voice AS c
    ON c.voice_key = m.voice_key AND (c.known_from > $since OR c.known_to > $since)
WHERE m.valid_to IS NULL AND m.known_to IS NULL
