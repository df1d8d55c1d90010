-- Whether two scores' numbers are the same but for the last bits, which depend on what else a
-- scorer was asked at the same time.
CREATE MACRO core.same_number(a, b) AS
    a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) < 0.0001, false)
