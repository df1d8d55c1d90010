INSERT INTO words (rowid, title, body)
VALUES (:number, :title, :body)
