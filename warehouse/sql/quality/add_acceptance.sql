-- With the names that the run of the checks kept.
INSERT INTO core.quality_acceptance BY NAME
SELECT
    $run AS run,
    $check_name AS check_name,
    $table_name AS table_name,
    $failing AS failing,
    $observed AS observed,
    $reason AS reason,
    $accepted AS accepted,
    (
        SELECT any_value(names)
        FROM core.quality_result
        WHERE run = $run AND check_name = $check_name AND table_name = $table_name
    ) AS names
