-- Whether texts with these sketches are near copies of one another. They differ in 128 * (1 - J) / 2 bits
-- where J is the share of their shingles that they have in common: 16 bits are 0.75.
CREATE MACRO core.near_copy(low, high, other_low, other_high) AS
    bit_count(xor(low, other_low))::INTEGER + bit_count(xor(high, other_high))::INTEGER <= 16
