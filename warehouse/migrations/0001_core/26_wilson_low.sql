CREATE MACRO core.wilson_low(k, n) AS
    CASE WHEN n > 0 THEN greatest(0.0,
        (k + 1.920729 - 1.959964 * sqrt(greatest(0.0, k * (n - k) / n) + 0.960365)) / (n + 3.841459)
    ) END
