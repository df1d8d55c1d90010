-- As versions: all that marts.keyword_company ever told, and from when to when it did.
-- One row a keyword, a calendar month, and what stands together with it in the same mentions more often
-- than by chance: other brands of the watch, other keywords of the brand, and drivers. Mentions are
-- unique voices, on the day of the earliest copy. The strength is Dunning's log-likelihood ratio G2 (1993); only what
-- stands together at least core.minimum times and has a G2 of at least 10.83 (chance would do so once in
-- a thousand pairs) is told, at most 20 of a form. What is told next to a keyword need not be its cause.
CREATE TABLE core.keyword_company (
    month DATE NOT NULL, -- Its first day, in the brand's time zone.
    brand VARCHAR NOT NULL, -- The brand whose watch file declares the query.
    keyword VARCHAR NOT NULL, -- Name of the query.
    form VARCHAR NOT NULL, -- What stands with it: brand, keyword or driver.
    company VARCHAR NOT NULL, -- Its name.
    place BIGINT NOT NULL, -- 1 is the strongest of the keyword, month and form.
    complete BOOLEAN NOT NULL, -- Whether the month was over at the last collecting.
    coverage DOUBLE NOT NULL, -- 0..1, the least coverage among its days; below 1 the counts are lower bounds.
    together BIGINT NOT NULL, -- Mentions with both.
    n_keyword BIGINT NOT NULL, -- Mentions that hit the keyword.
    n_company BIGINT NOT NULL, -- Mentions with what stands with it.
    n_all BIGINT NOT NULL, -- Mentions about any brand of the watch, or that hit any of its keywords.
    expected DOUBLE NOT NULL, -- Mentions with both, if the two had nothing to do with each other.
    lift DOUBLE NOT NULL, -- together / expected.
    log_likelihood DOUBLE NOT NULL, -- G2 = 2 x sum(observed x ln(observed / expected)) over the four cells.
    known_from TIMESTAMP NOT NULL, -- We told this row from then (UTC).
    known_to TIMESTAMP -- We told another from then (UTC); NULL: this row is told now.
)
