-- One row a watch with competitors, a brand of it, a source and a day: how much of what is said of all
-- its brands is of this one. source is '' in the rows of all sources together, which are without
-- holes; a single source has rows of the days that it told of anybody in the 28 days up to them. Only
-- sources count that can tell of every brand alike. A share of too few (core.minimum) is NULL.
-- Intervals (_low, _high) are Wilson's, of 95 %.
-- columns: core.share_of_voice_daily
CREATE VIEW marts.share_of_voice_daily AS
SELECT * EXCLUDE (known_to)
FROM core.share_of_voice_daily
WHERE known_to IS NULL
