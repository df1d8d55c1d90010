-- Versions whose text was kept long enough, or whose source shows the mention no more for long enough.
CREATE OR REPLACE TEMP TABLE untold_mention_version AS
SELECT v.rowid AS row
FROM core.mention_version AS v
JOIN retained AS r ON r.source = v.source
LEFT JOIN core.gone AS g ON g.mention_id = v.mention_id AND g.returned IS NULL
WHERE coalesce(v.title, v.text, nullif(v.answer, ''), v.author_handle, v.segments) IS NOT NULL
    AND (coalesce(v.collected, v.published) < r.text_before OR g.noticed < r.gone_before)
GROUP BY v.rowid
