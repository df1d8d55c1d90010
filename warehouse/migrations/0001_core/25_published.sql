-- In a published snapshot: when it was made and of what. Empty in the writer's own file.
CREATE TABLE core.published (
    published TIMESTAMP NOT NULL, -- When the snapshot was made (UTC).
    loads BIGINT NOT NULL, -- How many batches had been merged.
    loaded TIMESTAMP -- When the last of them was merged (UTC); NULL: none was.
)
