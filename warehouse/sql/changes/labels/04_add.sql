-- One without a label takes back what was said before.
INSERT INTO core.label_correction BY NAME
SELECT mention_id, brand, content_hash, text_hash, label, why, $known AS known_from
FROM last_label
WHERE label IS NOT NULL
ORDER BY place
