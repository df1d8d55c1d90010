SELECT mention_id::VARCHAR, content_hash
FROM core.gold_taught
WHERE scorer = $scorer AND scorer_version = $scorer_version
