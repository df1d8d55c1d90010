-- The time that this merge's rows are known from: now, but always later than the merge before.
SELECT greatest($now, max(finished) + INTERVAL 1 MICROSECOND)
FROM core.load
