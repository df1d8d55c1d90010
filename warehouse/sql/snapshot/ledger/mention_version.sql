-- How to ask for each mention again: its names and address, and whether it is answered; nothing that was
-- said.
SELECT * REPLACE (
    NULL AS author,
    NULL AS author_handle,
    NULL AS title,
    NULL AS text,
    CASE WHEN answer IS NOT NULL THEN '' END AS answer,
    NULL AS product,
    NULL AS version,
    NULL AS raw_page,
    '' AS content_hash,
    NULL AS voice_key,
    NULL AS question,
    NULL AS segments
)
FROM core.mention_version
