-- A figure lies in the range that its column's comment begins with: shares and coverage in 0..1,
-- net sentiment in -1..1, the score in 0..100.
-- each: range
-- severity: fail
WITH figure AS (
    SELECT
        concat_ws(' ', *COLUMNS($keys)) AS example,
        list_value(*COLUMNS($values))::DOUBLE[] AS told
    FROM query_table($mart)
    WHERE coalesce(try_cast(COLUMNS($told) AS TIMESTAMP) >= $told_since, true)
)

SELECT count(*) AS failing, min(example, $examples) AS examples
FROM figure
WHERE len(
    list_filter(
        list_zip(told, $least::DOUBLE[], $greatest::DOUBLE[]),
        lambda t: t[1] < t[2] - 1e-9 OR t[1] > t[3] + 1e-9
    )
) > 0
