-- The time that these labels are known from: now, but always later than those before.
SELECT greatest($now, max(known_from) + INTERVAL 1 MICROSECOND)
FROM core.gold_label
