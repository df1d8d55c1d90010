INSERT INTO core.cursor BY NAME
SELECT walk_id, label, source, watch, cursor, NULL AS covered_to, batch_id, $known AS updated
FROM next_cursor
