-- As versions: all that marts.brand_reputation_monthly ever told, and from when to when it did.
-- One row a brand and calendar month: what was said of it, how it was rated and answered, computed from
-- the month's sums, never from figures of its days. A figure from too few (core.minimum) is NULL,
-- never 0. Intervals (_low, _high) are of 95 %, as in brand_reputation_daily.
CREATE TABLE core.brand_reputation_monthly (
    month DATE NOT NULL, -- Its first day, in the brand's time zone.
    brand VARCHAR NOT NULL, -- The brand or competitor.
    watch VARCHAR NOT NULL, -- The watch file: the brand's own, else the first that names it.
    own BOOLEAN NOT NULL, -- true: a watched brand; false: only ever a competitor.
    timezone VARCHAR NOT NULL, -- Time zone of its days.
    days BIGINT NOT NULL, -- Its days that are told of: fewer than it has at the beginning of what is known, and
    -- while it lasts.
    days_covered BIGINT NOT NULL, -- Of these, the days whose coverage is 1.
    complete BOOLEAN NOT NULL, -- Whether the month was over at the last collecting; if not, its figures are of a part.
    coverage DOUBLE NOT NULL, -- 0..1, the least coverage among its days; below 1 the counts are lower bounds.
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
    negative_share DOUBLE, -- 0..1, negative / scored.
    negative_share_low DOUBLE, -- Lower end of its interval.
    negative_share_high DOUBLE, -- Upper end of its interval.
    n_ratings BIGINT NOT NULL, -- Reviews with a rating published in the month, as unique voices.
    rating_mean DOUBLE, -- 0..1, mean of their ratings, each scaled as (stars - min) / (max - min).
    rating_mean_low DOUBLE, -- Lower end of its interval.
    rating_mean_high DOUBLE, -- Upper end of its interval.
    n_response BIGINT NOT NULL, -- Reviews received in the month at sources that allow answers, as unique
    -- voices: the cohort.
    response_rate DOUBLE, -- 0..1, share of the cohort that has an answer by now, whenever it came.
    response_rate_low DOUBLE, -- Lower end of its interval.
    response_rate_high DOUBLE, -- Upper end of its interval.
    n_answered_in_target BIGINT NOT NULL, -- Of the cohort, those of which it is known.
    answered_in_target DOUBLE, -- 0..1, share of these answered within the brand's target hours.
    answered_in_target_low DOUBLE, -- Lower end of its interval.
    answered_in_target_high DOUBLE, -- Upper end of its interval.
    n_share_of_voice BIGINT NOT NULL, -- Mentions of all the watch's brands, in the sources that tell of all alike.
    share_of_voice DOUBLE, -- 0..1, this brand's share of them; NULL where no competitor is declared.
    share_of_voice_low DOUBLE, -- Lower end of its interval.
    share_of_voice_high DOUBLE, -- Upper end of its interval.
    score DOUBLE, -- 0..100, the score of its last day that is told of: it looks back over a year by itself.
    score_mean DOUBLE, -- 0..100, mean of the scores of its days.
    n_score BIGINT NOT NULL, -- Days that have a score.
    known_from TIMESTAMP NOT NULL, -- We told this row from then (UTC).
    known_to TIMESTAMP -- We told another from then (UTC); NULL: this row is told now.
)
