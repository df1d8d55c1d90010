-- Likewise, of what is there now.
SELECT
    count(*),
    max(finished),
    (SELECT bit_xor(hash(w)) FROM core.walk AS w),
    (SELECT max(number) FROM core.migration)
FROM core.load
