-- What waits for an answer of a brand, whatever the filters; the oldest of it; and what can be filtered by.
SELECT
    count(*) AS waiting,
    count(*) FILTER (overdue) AS overdue,
    count(*) FILTER (NOT overdue AND hours_left < 6) AS soon,
    min(published) AS oldest,
    max(date_diff('second', published, due) / 3600 - hours_left) AS oldest_hours,
    (SELECT max(collected) FROM core.load) AS as_of,
    (SELECT any_value(answer_target_hours) FROM core.brand WHERE brand = $brand) AS target_hours,
    coalesce(list(DISTINCT source ORDER BY source), []) AS sources,
    coalesce(list(DISTINCT kind ORDER BY kind), []) AS kinds,
    coalesce(list_sort(list_distinct(flatten(list(drivers)))), []) AS drivers
FROM marts.answer_queue
WHERE brand = $brand AND NOT list_contains($hidden::VARCHAR[], mention_id::VARCHAR)
