SELECT
    rowid,
    source,
    place,
    external_id,
    CASE WHEN rules <> 'unreadable' AND json_valid(raw) THEN raw ->> '$.author' END AS author,
    concat_ws(' ', external_id, reason, raw) AS told
FROM core.quarantine
