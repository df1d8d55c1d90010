-- As versions: all that marts.share_of_voice_daily ever told, and from when to when it did.
-- One row a watch with competitors, a brand of it, a source and a day: how much of what is said of all
-- its brands is of this one. source is '' in the rows of all sources together, which are without
-- holes; a single source has rows of the days that it told of anybody in the 28 days up to them. Only
-- sources count that can tell of every brand alike. A share of too few (core.minimum) is NULL.
-- Intervals (_low, _high) are Wilson's, of 95 %.
CREATE TABLE core.share_of_voice_daily (
    day DATE NOT NULL, -- The day, in the time zone of the watch.
    watch VARCHAR NOT NULL, -- The watch file.
    brand VARCHAR NOT NULL, -- The brand or competitor.
    source VARCHAR NOT NULL, -- Name of the connector; '': all of them together.
    own BOOLEAN NOT NULL, -- true: the watched brand; false: a competitor.
    coverage DOUBLE NOT NULL, -- 0..1, the least coverage of the day among the brands of the watch; below 1 the
    -- counts are lower bounds, and the share may lean to either side.
    mentions BIGINT NOT NULL, -- Unique voices about the brand.
    of_all BIGINT NOT NULL, -- Mentions of all brands of the watch: what the share is computed from.
    share_of_voice DOUBLE, -- 0..1, mentions / of_all.
    share_of_voice_low DOUBLE, -- Lower end of its interval.
    share_of_voice_high DOUBLE, -- Upper end of its interval.
    mentions_28 BIGINT NOT NULL, -- Mentions of the 28 days up to and with this one.
    of_all_28 BIGINT NOT NULL, -- Likewise, of all brands of the watch.
    share_of_voice_28 DOUBLE, -- 0..1, mentions_28 / of_all_28.
    share_of_voice_28_low DOUBLE, -- Lower end of its interval.
    share_of_voice_28_high DOUBLE, -- Upper end of its interval.
    known_from TIMESTAMP NOT NULL, -- We told this row from then (UTC).
    known_to TIMESTAMP -- We told another from then (UTC); NULL: this row is told now.
)
