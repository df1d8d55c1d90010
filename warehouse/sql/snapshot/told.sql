-- What a snapshot was made of: how many merged batches, when the last was merged, the declared walks, and
-- by which schema.
SELECT
    p.loads,
    p.loaded,
    (SELECT bit_xor(hash(w)) FROM core.walk AS w),
    (SELECT max(number) FROM core.migration)
FROM core.published AS p
