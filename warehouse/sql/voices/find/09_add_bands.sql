INSERT INTO core.voice_band
SELECT band, text, sketch_low, sketch_high
FROM new_band
