-- The time that what is merged or scored now is known from: now, but always later than what was before.
SELECT greatest(
    $now,
    (SELECT max(finished) FROM core.load) + INTERVAL 1 MICROSECOND,
    (SELECT max(known_from) FROM core.score) + INTERVAL 1 MICROSECOND,
    (SELECT max(known_from) FROM core.brand_match) + INTERVAL 1 MICROSECOND,
    (SELECT max(known_to) FROM core.brand_match) + INTERVAL 1 MICROSECOND,
    (SELECT max(known_from) FROM core.driver_hit) + INTERVAL 1 MICROSECOND,
    (SELECT max(known_to) FROM core.driver_hit) + INTERVAL 1 MICROSECOND,
    (SELECT max(known_from) FROM core.label_correction) + INTERVAL 1 MICROSECOND,
    (SELECT max(known_to) FROM core.label_correction) + INTERVAL 1 MICROSECOND,
    (SELECT max(known_from) FROM core.answer_mark) + INTERVAL 1 MICROSECOND,
    (SELECT max(known_from) FROM core.incident) + INTERVAL 1 MICROSECOND,
    (SELECT max(known_to) FROM core.incident) + INTERVAL 1 MICROSECOND,
    (SELECT max(known_from) FROM core.detector_run) + INTERVAL 1 MICROSECOND
)
