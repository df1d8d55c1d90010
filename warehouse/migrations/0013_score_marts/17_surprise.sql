-- A cell's share of a log-likelihood ratio: observed x ln(observed / expected), 0 of an empty cell.
CREATE MACRO core.surprise(observed, expected) AS
    CASE WHEN observed > 0 THEN observed * ln(observed / expected) ELSE 0 END
