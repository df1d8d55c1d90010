-- Acceptances that hold: given after the check had passed last.
SELECT a.check_name, a.table_name, a.failing, a.observed, a.reason, a.names
FROM core.quality_acceptance AS a
WHERE NOT EXISTS (
    SELECT 1
    FROM core.quality_result AS r
    WHERE r.check_name = a.check_name
        AND r.table_name = a.table_name
        AND r.success
        AND r.judged > a.accepted
)
QUALIFY row_number() OVER (
    PARTITION BY a.check_name, a.table_name ORDER BY a.accepted DESC, a.run DESC
) = 1
