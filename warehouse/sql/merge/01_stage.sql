-- The batch's rows; copy 1 of each mention is the latest collected, of equals the last in the file.
CREATE OR REPLACE TEMP TABLE staged AS
SELECT
    * EXCLUDE (file_row_number) REPLACE (
        mention_id::UUID AS mention_id,
        coalesce(collected, $collected) AS collected
    ),
    row_number() OVER (
        PARTITION BY mention_id::UUID ORDER BY collected DESC NULLS LAST, file_row_number DESC
    ) AS copy
FROM read_parquet($enriched_path, file_row_number = true)
