INSERT INTO about (rules, published, known, mentions, told, ghosts)
VALUES (:rules, :published, :known, :mentions, :told, :ghosts)
