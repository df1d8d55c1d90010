-- What each mention of the batch means for what is known of it.
--   verdict: new, changed, unchanged; late = other content, but collected before what is known
--            (of two collected at once, the greater hash counts, whichever is merged first);
--            what was gone is changed unless it was collected before that was noticed
--            What is known as collected later than it is now was, by a clock that was ahead: it is
--            no later than anything.
--   fresh: collected later than the mention ever was
--   starts: from when the content holds, if it is a new version
CREATE OR REPLACE TEMP TABLE arrival AS
SELECT
    s.* EXCLUDE (copy, voice_bands),
    CASE
        WHEN g.mention_id IS NOT NULL AND s.collected >= g.noticed THEN 'changed'
        WHEN g.mention_id IS NOT NULL THEN 'late'
        WHEN v.mention_id IS NULL THEN 'new'
        WHEN s.content_hash = v.content_hash THEN 'unchanged'
        WHEN s.collected > k.collected OR k.collected > $now THEN 'changed'
        WHEN s.collected = k.collected AND s.content_hash > v.content_hash THEN 'changed'
        ELSE 'late'
    END AS verdict,
    k.mention_id IS NULL OR s.collected > k.collected OR k.collected > $now AS fresh,
    v.voice_key IS DISTINCT FROM s.voice_key AS revoiced,
    CASE
        WHEN g.mention_id IS NOT NULL THEN greatest(s.collected, g.gone_from)
        WHEN v.mention_id IS NULL THEN s.published
        WHEN s.edited IS DISTINCT FROM v.edited AND s.edited > v.valid_from THEN s.edited
        ELSE greatest(s.collected, v.valid_from + INTERVAL 1 MICROSECOND)
    END AS starts
FROM staged AS s
LEFT JOIN core.mention_version AS v
    ON v.mention_id = s.mention_id AND v.valid_to IS NULL AND v.known_to IS NULL
LEFT JOIN core.seen AS k ON k.mention_id = s.mention_id
LEFT JOIN core.gone AS g ON g.mention_id = s.mention_id AND g.returned IS NULL
WHERE s.copy = 1
