-- A cell's share of a log-likelihood ratio: observed x ln(observed / expected), 0 of an empty cell; NULL
-- of counts that can't be: below 0, or something where nothing can be expected.
CREATE OR REPLACE MACRO core.surprise(observed, expected) AS
    CASE
        WHEN observed = 0 AND expected >= 0 THEN 0
        WHEN observed > 0 AND expected > 0 THEN observed * ln(observed / expected)
    END
