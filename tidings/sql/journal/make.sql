CREATE TABLE change (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    change_id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    taken_over REAL
)
