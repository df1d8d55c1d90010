-- One row a keyword, a calendar month, and what stands together with it in the same mentions more often
-- than by chance: other brands of the watch, other keywords of the brand, and drivers. Mentions are
-- unique voices, on the day of the earliest copy. The strength is Dunning's log-likelihood ratio G2 (1993); only what
-- stands together at least core.minimum times and has a G2 of at least 10.83 (chance would do so once in
-- a thousand pairs) is told, at most 20 of a form. What is told next to a keyword need not be its cause.
-- columns: core.keyword_company
CREATE VIEW marts.keyword_company AS
SELECT * EXCLUDE (known_to)
FROM core.keyword_company
WHERE known_to IS NULL
