CREATE MACRO core.net_low(p, q, n) AS
    CASE
        WHEN n > 0
            THEN greatest(-1.0, (
                p - q - 1.959963984540054 * sqrt(p + q + 2 - (p - q) * (p - q) / (n + 2.0))
            ) / (n + 2.0))
    END
