-- What detectors have looked at: one row a brand and run. A brand without a row has no stability, for
-- nobody has looked.
CREATE TABLE core.detector_run (
    brand VARCHAR NOT NULL, -- The brand.
    detector VARCHAR NOT NULL, -- Name of the detector.
    detector_version VARCHAR NOT NULL, -- Its version.
    looked_from TIMESTAMP NOT NULL, -- What was published from then (UTC) was looked at.
    looked_to TIMESTAMP NOT NULL, -- Until then (UTC).
    known_from TIMESTAMP NOT NULL -- When the run ended (UTC).
)
