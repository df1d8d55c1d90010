INSERT INTO core.gold_label
SELECT
    mention_id, content_hash, brand, language, gold, weight, labelled, labeller, $known, NULL
FROM labelled
