-- The voices, by brand, of which a copy was touched, before or now.
CREATE OR REPLACE TEMP TABLE voices_due AS
SELECT brand, voice FROM fresh_said
UNION
SELECT brand, voice FROM fresh_keyword_said
UNION
SELECT s.brand, s.voice FROM core.said AS s SEMI JOIN touched AS t ON t.mention_id = s.mention_id
UNION
SELECT s.brand, s.voice
FROM core.keyword_said AS s
SEMI JOIN touched AS t ON t.mention_id = s.mention_id
