-- Lower end of the 95 % interval of the difference a - b of two figures of samples apart, each with its
-- own interval: the squares of their reaches toward it add up (Zou and Donner 2008).
CREATE MACRO core.difference_low(a, a_low, b, b_high) AS
    a - b - sqrt((a - a_low) * (a - a_low) + (b_high - b) * (b_high - b))
