-- Which mention a row of words is of. A row that stands for none any more keeps its number: the words
-- of its text are still there under it.
CREATE TABLE docs (
    rowid INTEGER PRIMARY KEY,
    mention_id BLOB UNIQUE,
    told INTEGER NOT NULL
)
