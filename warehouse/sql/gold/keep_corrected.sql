-- Corrected figures, one row a brand and day that has mentions with a score.
CREATE OR REPLACE TEMP TABLE corrected AS
SELECT brand, day, n_gold, net, low, high
FROM corrected_rows
