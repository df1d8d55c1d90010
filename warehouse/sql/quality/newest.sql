-- Up to when what is stored is known: from then on it is of later loads.
SELECT greatest(
    TIMESTAMP '1970-01-01',
    (SELECT max(finished) FROM core.load),
    (SELECT max(known_from) FROM core.score),
    (SELECT max(known_from) FROM core.brand_match),
    (SELECT max(known_from) FROM core.driver_hit)
)
