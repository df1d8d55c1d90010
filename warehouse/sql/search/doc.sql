SELECT rowid, told
FROM docs
WHERE mention_id = :mention_id
