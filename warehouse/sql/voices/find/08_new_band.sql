CREATE OR REPLACE TEMP TABLE new_band AS
SELECT s.*
FROM said_band AS s
ANTI JOIN known_band AS k
    ON k.band = s.band
    AND k.text = s.text
    AND k.sketch_low = s.sketch_low
    AND k.sketch_high = s.sketch_high
