-- A held row is shared without the columns that name a person; a record that could not be read may
-- name one anywhere, so it stays in the writer's file.
INSERT INTO publishing.core.quarantine
SELECT * REPLACE (
    CASE
        WHEN rules <> 'unreadable' AND json_valid(raw) THEN json_merge_patch(raw, $private)::VARCHAR
    END AS raw
)
FROM core.quarantine
