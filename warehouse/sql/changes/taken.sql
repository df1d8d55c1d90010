-- Which of these changes were taken over before.
SELECT change_id
FROM core.audit
WHERE change_id IN (SELECT unnest($ids::UUID[]))
