-- Likewise, as they were first known: for looking back at what alerts would have done.
SELECT
    v.mention_id::VARCHAR AS mention_id,
    arg_min(concat_ws(chr(10), v.title, v.text), v.known_from) AS text
FROM core.mention_version AS v
SEMI JOIN (SELECT unnest($ids::UUID[]) AS mention_id) AS wanted ON wanted.mention_id = v.mention_id
WHERE v.published >= $since AND v.published <= $until
GROUP BY v.mention_id
