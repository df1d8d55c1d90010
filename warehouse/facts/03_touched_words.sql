-- What people say of the touched mentions, of the words that these have now. Words that were kept long
-- enough are there no more: what was said of them holds while the content is the one that was read.
CREATE OR REPLACE TEMP TABLE touched_words AS
WITH spoken AS (
    SELECT c.mention_id, c.brand, c.text_hash, c.content_hash, c.label
    FROM core.label_correction AS c
    SEMI JOIN touched AS t ON t.mention_id = c.mention_id
    WHERE c.known_to IS NULL
)

SELECT s.mention_id, s.brand, CASE s.label WHEN 'unclear' THEN 'unscored' ELSE s.label END AS label
FROM spoken AS s
JOIN core.mention_version AS v
    ON v.mention_id = s.mention_id AND v.valid_to IS NULL AND v.known_to IS NULL
WHERE core.text_hash(v.title, v.text) = s.text_hash
    OR (v.title IS NULL AND v.text IS NULL AND v.content_hash = s.content_hash)
