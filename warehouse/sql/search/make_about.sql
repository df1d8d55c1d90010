-- What the index is made of: by which rules, of which snapshot, and up to what was known when.
CREATE TABLE about (
    rules TEXT NOT NULL,
    published TEXT NOT NULL,
    known TEXT NOT NULL,
    mentions INTEGER NOT NULL,
    told INTEGER NOT NULL,
    ghosts INTEGER NOT NULL
)
