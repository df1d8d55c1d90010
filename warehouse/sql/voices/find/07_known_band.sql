-- All that is known of texts that share a band with the batch's.
CREATE OR REPLACE TEMP TABLE known_band AS
SELECT b.*
FROM core.voice_band AS b
SEMI JOIN said_band AS s ON s.band = b.band
