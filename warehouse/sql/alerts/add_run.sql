-- The detectors have looked at these brands.
INSERT INTO core.detector_run BY NAME
SELECT
    unnest($brands::VARCHAR[]) AS brand,
    $detector AS detector,
    $detector_version AS detector_version,
    $looked_from::TIMESTAMP AS looked_from,
    $looked_to::TIMESTAMP AS looked_to,
    $now AS known_from
