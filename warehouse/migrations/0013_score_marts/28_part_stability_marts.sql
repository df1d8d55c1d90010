COMMENT ON COLUMN marts.brand_reputation_daily.part_stability IS
    '0..1, 1 - share of the 28 days up to and with this one on which an incident of the brand was open; NULL while no detector has looked at the brand (core.detector_run), and on days before the first that one looked at.'
