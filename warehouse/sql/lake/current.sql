-- Of what comes back scored, what says now what it said when it was handed out.
SELECT h.*
FROM handed_in AS h
JOIN core.mention AS m ON m.mention_id = h.mention_id::UUID AND m.content_hash = h.held
ORDER BY h.mention_id
