-- As versions: all that marts.brand_reputation_daily ever told, and from when to when it did.
-- One row a brand and day, without holes: what was said of it, how it was rated and answered, and
-- its reputation score with every part. A figure from too few (core.minimum) is NULL, never 0.
-- Intervals (_low, _high) are of 95 %: Wilson's for shares and for means of 0..1, Bonett and
-- Price's for a difference of two shares.
CREATE TABLE core.brand_reputation_daily (
    day DATE NOT NULL, -- The day, in the brand's time zone.
    brand VARCHAR NOT NULL, -- The brand or competitor.
    watch VARCHAR NOT NULL, -- The watch file: the brand's own, else the first that names it.
    own BOOLEAN NOT NULL, -- true: a watched brand; false: only ever a competitor.
    timezone VARCHAR NOT NULL, -- Time zone of the day.
    coverage DOUBLE NOT NULL, -- 0..1, share of the watch's walks that may tell of the brand which have
    -- collected the whole day; below 1 the counts are lower bounds.
    mentions BIGINT NOT NULL, -- Unique voices: copies of one text count once, on the day of the earliest.
    exposures BIGINT NOT NULL, -- Mentions with all their copies, each on its own day.
    scored BIGINT NOT NULL, -- Mentions with a score: what the sentiment figures are computed from.
    scored_share DOUBLE, -- 0..1, scored / mentions.
    positive BIGINT NOT NULL, -- Mentions labelled positive.
    neutral BIGINT NOT NULL, -- Mentions labelled neutral.
    negative BIGINT NOT NULL, -- Mentions labelled negative.
    net_sentiment DOUBLE, -- -1..1, (positive - negative) / scored.
    net_sentiment_low DOUBLE, -- Lower end of its interval.
    net_sentiment_high DOUBLE, -- Upper end of its interval.
    net_sentiment_corrected DOUBLE, -- -1..1, net_sentiment without what the scorer is known to get wrong: the mean
    -- over the true mixes that the day's labels may stem from, each as likely as the scorer's confusion
    -- (core.gold_confusion) makes it. NULL where n_gold is too small.
    net_sentiment_corrected_low DOUBLE, -- Lower end of its interval, of the day's counts and the gold labels together.
    net_sentiment_corrected_high DOUBLE, -- Upper end of its interval.
    n_gold BIGINT NOT NULL, -- Gold labels that the correction is made of: those of the scorer, version and
    -- language that scored the day's mentions; where there are several, the fewest. Languages without
    -- enough that make up a tenth of the mentions or less are left out of account.
    net_sentiment_polar DOUBLE, -- -1..1, (positive - negative) / (positive + negative): neutral left out.
    net_sentiment_polar_low DOUBLE, -- Lower end of its interval.
    net_sentiment_polar_high DOUBLE, -- Upper end of its interval.
    negative_share DOUBLE, -- 0..1, negative / scored.
    negative_share_low DOUBLE, -- Lower end of its interval.
    negative_share_high DOUBLE, -- Upper end of its interval.
    n_ratings BIGINT NOT NULL, -- Reviews with a rating published on the day, as unique voices.
    rating_mean DOUBLE, -- 0..1, mean of their ratings, each scaled as (stars - min) / (max - min).
    rating_mean_low DOUBLE, -- Lower end of its interval.
    rating_mean_high DOUBLE, -- Upper end of its interval.
    n_ratings_365 BIGINT NOT NULL, -- Reviews with a rating of the 365 days up to and with this one.
    rating_bayes DOUBLE, -- 0..1, (7 x 0.625 + sum(rating x w)) / (7 + sum(w)) over those, where
    -- w = 0.5 ^ (age in days / 30): with few reviews it stays near 7 reviews of 3.5 stars.
    rating_bayes_low DOUBLE, -- Lower end of its interval.
    rating_bayes_high DOUBLE, -- Upper end of its interval.
    n_response_28 BIGINT NOT NULL, -- Reviews received in the 28 days up to and with this one, at sources
    -- that allow answers, as unique voices: the cohort.
    response_rate DOUBLE, -- 0..1, share of the cohort that has an answer by now, whenever it came.
    response_rate_low DOUBLE, -- Lower end of its interval.
    response_rate_high DOUBLE, -- Upper end of its interval.
    n_answered_in_target_28 BIGINT NOT NULL, -- Of the cohort, those of which we know it: an answer without a
    -- time, first seen after the target, is left out.
    answered_in_target DOUBLE, -- 0..1, share of these answered within the brand's target hours.
    answered_in_target_low DOUBLE, -- Lower end of its interval.
    answered_in_target_high DOUBLE, -- Upper end of its interval.
    n_share_of_voice BIGINT NOT NULL, -- Mentions of all the watch's brands on the day, in the same sources:
    -- those that tell of any brand, and those where every brand has a place of its own.
    share_of_voice DOUBLE, -- 0..1, this brand's share of them; NULL where no competitor is declared.
    share_of_voice_low DOUBLE, -- Lower end of its interval.
    share_of_voice_high DOUBLE, -- Upper end of its interval.
    n_share_of_voice_28 BIGINT NOT NULL, -- Likewise, of the 28 days up to and with this one.
    share_of_voice_28 DOUBLE, -- 0..1, likewise; the score's attention part, since a day's share leaps.
    share_of_voice_28_low DOUBLE, -- Lower end of its interval.
    share_of_voice_28_high DOUBLE, -- Upper end of its interval.
    n_nps_28 BIGINT NOT NULL, -- Survey answers on a scale of 0..10 in the 28 days up to and with this one.
    nps DOUBLE, -- -100..100, 100 x (answers of 9-10 - answers of 0-6) / all of them.
    nps_standard_error DOUBLE, -- 100 x sqrt((p + d - (p - d)^2) / n), of the shares p of 9-10 and d of 0-6.
    nps_low DOUBLE, -- Lower end of its interval.
    nps_high DOUBLE, -- Upper end of its interval.
    n_csat_28 BIGINT NOT NULL, -- Survey answers on a scale of 1..5, 1..7 or bad/good (0..1), likewise.
    csat DOUBLE, -- 0..1, share of the satisfied: top two of 5, top three of 7, good.
    csat_low DOUBLE, -- Lower end of its interval.
    csat_high DOUBLE, -- Upper end of its interval.
    score DOUBLE, -- 0..100, 100 x sum(weight x part) over the parts that there are; NULL where there is
    -- none but attention.
    part_sentiment DOUBLE, -- 0..1, (net sentiment of the day, shrunk by a prior of 20 mentions toward
    -- that of the 90 days up to and with this one, + 1) / 2.
    part_rating DOUBLE, -- 0..1, rating_bayes.
    part_response DOUBLE, -- 0..1, answered_in_target.
    part_attention DOUBLE, -- 0..1, share_of_voice_28; 0.5 where no competitor is declared.
    part_surveys DOUBLE, -- 0..1, mean of (nps + 100) / 200 and csat, or the one there is.
    part_stability DOUBLE, -- 0..1, 1 - share of the last 28 days inside an incident; none is told of yet.
    weight_sentiment DOUBLE, -- Effective weight of the part: core.weight rescaled over the parts there are.
    weight_rating DOUBLE, -- Likewise.
    weight_response DOUBLE, -- Likewise.
    weight_attention DOUBLE, -- Likewise.
    weight_surveys DOUBLE, -- Likewise.
    weight_stability DOUBLE, -- Likewise.
    parts_missing VARCHAR NOT NULL, -- Parts without data, comma separated: left out, the others rescaled.
    known_from TIMESTAMP NOT NULL, -- We told this row from then (UTC).
    known_to TIMESTAMP -- We told another from then (UTC); NULL: this row is told now.
)
