-- The time that these scores are known from: now, but always later than those before.
SELECT greatest(
    $now,
    (SELECT max(finished) FROM core.load) + INTERVAL 1 MICROSECOND,
    (SELECT max(known_from) FROM core.score) + INTERVAL 1 MICROSECOND
)
