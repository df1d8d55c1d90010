INSERT INTO core.answer_mark BY NAME
SELECT mention_id, brand, state, who, made, $known AS known_from
FROM last_mark
ORDER BY place
