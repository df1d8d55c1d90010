-- Twelve words for each text, of 5,000 of which a few are said by most; one in 500 says leak, one in
-- 100,000 says unheard.
UPDATE core.mention_version
SET text = array_to_string(
    list_transform(
        range(12),
        lambda k: 'word' || floor(5000 * pow((hash(external_id, k) % 1000000) / 1e6, 3))::BIGINT
    ),
    ' '
)
|| CASE WHEN hash(external_id, 'l') % 500 = 0 THEN ' leak' ELSE '' END
|| CASE WHEN hash(external_id, 'u') % 100000 = 0 THEN ' unheard' ELSE '' END
