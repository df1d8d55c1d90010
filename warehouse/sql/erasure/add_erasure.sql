INSERT INTO core.erasure
SELECT $erasure, $kind, $who, $reason, $subjects, $counts, $left_out, $asked, $finished
WHERE NOT EXISTS (
    SELECT 1
    FROM core.erasure
    WHERE erasure = $erasure
)
