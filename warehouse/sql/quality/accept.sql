UPDATE core.quality_result
SET accepted = $reason
WHERE run = $run AND check_name = $check_name AND table_name = $table_name
