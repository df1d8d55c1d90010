UPDATE core.mention_version
SET published = published - to_days((1 + external_id::BIGINT % 7)::INTEGER)
WHERE known_from = TIMESTAMP '2026-01-02' AND external_id::BIGINT - $first < $n
