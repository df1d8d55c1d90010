-- How the batch's rows came out.
SELECT
    count(*) FILTER (verdict = 'new') AS new,
    count(*) FILTER (verdict = 'changed') AS changed,
    count(*) FILTER (verdict IN ('unchanged', 'late')) AS unchanged,
    (SELECT count(*) FROM staged WHERE copy > 1) AS duplicate,
    (SELECT count(*) FROM held) AS quarantined
FROM arrival
