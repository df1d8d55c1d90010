-- One row a brand: the watch file that its settings come from.
CREATE OR REPLACE TEMP TABLE brand_home AS
SELECT
    b.brand,
    b.watch,
    b.own,
    b.answer_target_hours,
    b.timezone,
    (SELECT count(*) FROM core.brand AS c WHERE c.watch = b.watch) AS brands
FROM core.brand AS b
QUALIFY row_number() OVER (PARTITION BY b.brand ORDER BY b.own DESC, b.watch) = 1
