-- As versions: all that marts.competitor_matrix ever told, and from when to when it did.
-- One row a watch, its brand, a rival and a calendar month: how the two compare. Counts and shares are of
-- the month; rating_bayes and score are those of the month's last day that is told of, since they look
-- back by themselves. A figure from too few (core.minimum) is NULL, never 0, and so is what rests on it.
-- Intervals (_low, _high) are of 95 %: of the difference of two shares of the same mentions Bonett and
-- Price's, of the difference of two figures that were measured apart Zou and Donner's.
-- leads_ says who is ahead: brand, rival, or nobody where the interval of the difference holds 0.
CREATE TABLE core.competitor_matrix (
    month DATE NOT NULL, -- Its first day.
    watch VARCHAR NOT NULL, -- The watch file.
    brand VARCHAR NOT NULL, -- The watched brand.
    rival VARCHAR NOT NULL, -- The competitor.
    complete BOOLEAN NOT NULL, -- Whether the month was over at the last collecting; if not, it is of a part.
    coverage DOUBLE NOT NULL, -- 0..1, the least coverage of a day of the month, of either; below 1 the counts are
    -- lower bounds.
    n_share_of_voice BIGINT NOT NULL, -- Mentions of all the watch's brands, in the sources that tell of all alike.
    share_of_voice DOUBLE, -- 0..1, the brand's share of them.
    share_of_voice_low DOUBLE, -- Lower end of its interval.
    share_of_voice_high DOUBLE, -- Upper end of its interval.
    rival_share_of_voice DOUBLE, -- 0..1, the rival's.
    rival_share_of_voice_low DOUBLE, -- Lower end of its interval.
    rival_share_of_voice_high DOUBLE, -- Upper end of its interval.
    share_difference DOUBLE, -- -1..1, share_of_voice - rival_share_of_voice.
    share_difference_low DOUBLE, -- Lower end of its interval.
    share_difference_high DOUBLE, -- Upper end of its interval.
    leads_share VARCHAR, -- Who is talked about more.
    scored BIGINT NOT NULL, -- Mentions of the brand with a score.
    scored_share DOUBLE, -- 0..1, scored / its mentions.
    rival_scored BIGINT NOT NULL, -- Mentions of the rival with a score.
    rival_scored_share DOUBLE, -- 0..1, rival_scored / its mentions.
    net_sentiment DOUBLE, -- -1..1, (positive - negative) / scored, of the brand.
    net_sentiment_low DOUBLE, -- Lower end of its interval.
    net_sentiment_high DOUBLE, -- Upper end of its interval.
    rival_net_sentiment DOUBLE, -- -1..1, likewise of the rival.
    rival_net_sentiment_low DOUBLE, -- Lower end of its interval.
    rival_net_sentiment_high DOUBLE, -- Upper end of its interval.
    sentiment_difference DOUBLE, -- -2..2, net_sentiment - rival_net_sentiment.
    sentiment_difference_low DOUBLE, -- Lower end of its interval.
    sentiment_difference_high DOUBLE, -- Upper end of its interval.
    leads_sentiment VARCHAR, -- Who is spoken of better.
    n_ratings_365 BIGINT NOT NULL, -- The brand's reviews with a rating of the 365 days up to the last day told.
    rating_bayes DOUBLE, -- 0..1, of the brand, as in brand_reputation_daily.
    rating_bayes_low DOUBLE, -- Lower end of its interval.
    rating_bayes_high DOUBLE, -- Upper end of its interval.
    rival_n_ratings_365 BIGINT NOT NULL, -- Likewise, the rival's reviews.
    rival_rating_bayes DOUBLE, -- 0..1, of the rival.
    rival_rating_bayes_low DOUBLE, -- Lower end of its interval.
    rival_rating_bayes_high DOUBLE, -- Upper end of its interval.
    rating_difference DOUBLE, -- -1..1, rating_bayes - rival_rating_bayes.
    rating_difference_low DOUBLE, -- Lower end of its interval.
    rating_difference_high DOUBLE, -- Upper end of its interval.
    leads_rating VARCHAR, -- Who is rated better.
    score DOUBLE, -- 0..100, the brand's reputation score.
    rival_score DOUBLE, -- 0..100, the rival's.
    score_difference DOUBLE, -- -100..100, score - rival_score; what it is made of may differ (parts_missing).
    leads_score VARCHAR, -- Whose score is higher; a score has no interval.
    known_from TIMESTAMP NOT NULL, -- We told this row from then (UTC).
    known_to TIMESTAMP -- We told another from then (UTC); NULL: this row is told now.
)
