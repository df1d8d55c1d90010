UPDATE docs
SET mention_id = NULL, told = 0
WHERE rowid = :number
