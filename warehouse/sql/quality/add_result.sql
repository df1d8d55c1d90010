-- All results of a run at once.
INSERT INTO core.quality_result BY NAME
SELECT unnest($results, max_depth := 2)
