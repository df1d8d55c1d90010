-- What is held back; read, where it could be read, is told by its fields.
SELECT
    rowid,
    source,
    place,
    external_id,
    reason,
    raw,
    rules <> 'unreadable' AND coalesce(json_valid(raw), false) AND external_id IS NOT NULL AS read
FROM core.quarantine
