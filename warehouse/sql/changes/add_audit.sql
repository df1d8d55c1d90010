INSERT INTO core.audit BY NAME
SELECT
    a.change_id::UUID AS change_id,
    a.made::TIMESTAMP AS made,
    $known AS taken_over,
    a.who::VARCHAR AS who,
    a.role::VARCHAR AS role,
    a.kind::VARCHAR AS kind,
    a.target::VARCHAR AS target,
    a.what::VARCHAR AS what,
    nullif(a.words::VARCHAR, '') AS words,
    nullif(a.refused::VARCHAR, '') AS refused
FROM (SELECT unnest($rows) AS a)
