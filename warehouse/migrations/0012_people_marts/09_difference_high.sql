CREATE MACRO core.difference_high(a, a_high, b, b_low) AS
    a - b + sqrt((a_high - a) * (a_high - a) + (b - b_low) * (b - b_low))
