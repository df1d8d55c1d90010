CREATE OR REPLACE TEMP TABLE retained AS
SELECT unnest(
    from_json(
        $rules,
        '[{"source": "VARCHAR", "text_before": "TIMESTAMP", "gone_before": "TIMESTAMP", "derived_before": "TIMESTAMP"}]'
    ),
    recursive := true
)
