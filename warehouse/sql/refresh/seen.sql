-- The newest that is known: what is learnt later has a later known_from or known_to.
SELECT greatest(
    (SELECT max(finished) FROM core.load),
    (SELECT max(known_from) FROM core.score),
    (SELECT max(known_from) FROM core.brand_match),
    (SELECT max(known_to) FROM core.brand_match),
    (SELECT max(known_from) FROM core.driver_hit),
    (SELECT max(known_to) FROM core.driver_hit),
    (SELECT max(known_from) FROM core.label_correction),
    (SELECT max(known_to) FROM core.label_correction),
    (SELECT max(known_from) FROM core.answer_mark),
    (SELECT max(known_from) FROM core.voice),
    (SELECT max(known_to) FROM core.voice),
    (SELECT max(known_from) FROM core.incident),
    (SELECT max(known_to) FROM core.incident),
    (SELECT max(known_from) FROM core.detector_run)
)
