INSERT INTO docs (rowid, mention_id, told)
VALUES (:number, :mention_id, :told)
