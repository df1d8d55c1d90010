-- The texts of these mentions as they are now. Their time is only for speed.
SELECT m.mention_id, concat_ws(chr(10), m.title, m.text) AS text
FROM core.mention AS m
SEMI JOIN (SELECT unnest($ids::UUID[]) AS mention_id) AS wanted ON wanted.mention_id = m.mention_id
WHERE m.published BETWEEN $first_said::TIMESTAMP AND $last_said::TIMESTAMP
