-- Odds of a share below 1.
CREATE MACRO core.odds(share) AS share / (1 - share)
