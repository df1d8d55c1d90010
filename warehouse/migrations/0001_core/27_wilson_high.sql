CREATE MACRO core.wilson_high(k, n) AS
    CASE
        WHEN n > 0 AND k >= n THEN 1.0
        WHEN n > 0
            THEN (
                k + 1.920729410347062
                + 1.959963984540054 * sqrt(greatest(0.0, k * (n - k) / n) + 0.960364705173531)
            ) / (n + 3.841458820694124)
    END
