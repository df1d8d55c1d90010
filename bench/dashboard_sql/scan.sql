-- The newest mentions that say a word, by reading all texts.
SELECT mention_id
FROM core.mention_version
WHERE valid_to IS NULL AND known_to IS NULL AND regexp_matches(text, '\b' || $word || '\b')
ORDER BY published DESC
LIMIT $most
