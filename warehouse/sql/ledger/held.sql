-- The batch's rows that go to quarantine.
CREATE OR REPLACE TEMP TABLE held AS
FROM read_parquet($quarantine_path)
