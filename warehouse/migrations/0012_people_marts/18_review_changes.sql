-- As versions: all that marts.review_changes ever told, and from when to when it did.
-- One row a brand and month in which reviews were published: how many of them their source shows no
-- more, and how ratings changed that were edited after an answer. Every review counts, copies too.
-- A figure from too few (core.minimum) is NULL, never 0. Intervals are Wilson's of 95 %.
CREATE TABLE core.review_changes (
    month DATE NOT NULL, -- First day of the month in which the reviews were published, in the brand's time
    -- zone.
    brand VARCHAR NOT NULL, -- The brand or competitor.
    coverage DOUBLE NOT NULL, -- 0..1, mean of the month's days; below 1 the counts are lower bounds.
    reviews BIGINT NOT NULL, -- Reviews of the month that we have ever seen: the cohort.
    removed BIGINT NOT NULL, -- Of these, those that their source shows no more.
    removed_share DOUBLE, -- 0..1, removed / reviews.
    removed_share_low DOUBLE, -- Lower end of its interval.
    removed_share_high DOUBLE, -- Upper end of its interval.
    edited_after_answer BIGINT NOT NULL, -- Of these, those whose words or stars changed after the first
    -- answer and within 90 days of it, and that had stars before and after.
    reply_effect DOUBLE, -- -1..1, mean over these of the rating after the last such edit minus that at the
    -- answer, each scaled to 0..1: 0.25 is one of five stars up.
    reply_effect_low DOUBLE, -- Lower end of its interval.
    reply_effect_high DOUBLE, -- Upper end of its interval.
    known_from TIMESTAMP NOT NULL, -- We told this row from then (UTC).
    known_to TIMESTAMP -- We told another from then (UTC); NULL: this row is told now.
)
