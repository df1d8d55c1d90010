-- As versions: all that marts.survey_scores ever told, and from when to when it did.
-- NPS, CSAT and CES of each brand, segment and period that has answers. Every answer counts. A figure
-- from too few (core.minimum) is NULL, never 0. Intervals are of 95 %. Days are the brand's own.
CREATE TABLE core.survey_scores (
    brand VARCHAR NOT NULL, -- The brand.
    segment VARCHAR NOT NULL, -- Name of an attribute of the respondents, e.g. plan; empty: all answers.
    segment_value VARCHAR NOT NULL, -- Its value, e.g. pro; empty: all answers.
    measure VARCHAR NOT NULL, -- nps, csat or ces.
    period VARCHAR NOT NULL, -- day, week (from Monday) or month.
    starts DATE NOT NULL, -- First day of the period.
    coverage DOUBLE, -- 0..1, the least of the period's days; below 1 the counts are lower bounds.
    scale_min DOUBLE, -- Lowest value of the scale; NULL: answers on several scales are told together (csat).
    scale_max DOUBLE, -- Highest value of the scale, likewise.
    direction VARCHAR, -- ces: high_is_easy or high_is_effort; NULL where the survey does not say.
    n BIGINT NOT NULL, -- Answers.
    value DOUBLE, -- nps: -100..100; csat: 0..1, the share of the satisfied; ces: mean on scale_min..scale_max.
    low DOUBLE, -- Lower end of the interval of value.
    high DOUBLE, -- Upper end of it.
    promoters BIGINT, -- nps: answers of 9 and 10; NULL for others.
    passives BIGINT, -- nps: answers of 7 and 8; NULL for others.
    detractors BIGINT, -- nps: answers of 0 to 6; NULL for others.
    nps_standard_error DOUBLE, -- nps: 100 * sqrt((p + d - (p - d)^2) / n), p and d shares; NULL for others.
    satisfied BIGINT, -- csat: the top two of 1..5, the top three of 1..7, the good of 0..1; NULL for others.
    csat_mean DOUBLE, -- csat: mean of the answers scaled to 0..1; NULL for others.
    csat_mean_low DOUBLE, -- Lower end of its interval.
    csat_mean_high DOUBLE, -- Upper end of it.
    known_from TIMESTAMP NOT NULL, -- We told this row from then (UTC).
    known_to TIMESTAMP -- We told another from then (UTC); NULL: this row is told now.
)
