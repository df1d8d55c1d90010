-- Of each brand the first run stays, which says since when it is looked at; the newest one is added.
DELETE FROM core.detector_run
WHERE detector = $detector
    AND list_contains($brands::VARCHAR[], brand)
    AND known_from > (
        SELECT min(f.known_from)
        FROM core.detector_run AS f
        WHERE f.brand = detector_run.brand AND f.detector = $detector
    )
