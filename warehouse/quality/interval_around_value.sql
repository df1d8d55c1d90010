-- A figure lies in its interval, whose lower end is not above its upper one; and there is an interval
-- where there is a figure, and only there.
-- each: interval
-- severity: fail
WITH figure AS (
    SELECT
        concat_ws(' ', *COLUMNS($keys)) AS example,
        list_value(*COLUMNS($values))::DOUBLE[] AS told,
        list_value(*COLUMNS($lows))::DOUBLE[] AS low,
        list_value(*COLUMNS($highs))::DOUBLE[] AS high
    FROM query_table($mart)
    WHERE coalesce(try_cast(COLUMNS($told) AS TIMESTAMP) >= $told_since, true)
)

SELECT count(*) AS failing, min(example, $examples) AS examples
FROM figure
WHERE len(
    list_filter(
        list_zip(told, low, high),
        lambda t: (t[1] IS NULL) <> (t[2] IS NULL)
            OR (t[1] IS NULL) <> (t[3] IS NULL)
            OR t[1] < t[2] - 1e-9
            OR t[1] > t[3] + 1e-9
    )
) > 0
