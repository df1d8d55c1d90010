-- A number of 0..1 in whole units of 1e-9: sums of these are the same in any order.
CREATE MACRO core.nano(x) AS round(x * 1e9)::BIGINT
