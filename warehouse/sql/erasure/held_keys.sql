-- What names each row that goes to quarantine; of an unreadable record all of it.
SELECT
    rowid,
    source,
    place,
    external_id,
    CASE WHEN rules <> 'unreadable' AND json_valid(raw) THEN raw ->> '$.author' END AS author,
    CASE WHEN rules = 'unreadable' OR NOT json_valid(raw) THEN concat_ws(' ', reason, raw) END AS told
FROM held
