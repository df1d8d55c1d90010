SELECT place, refused
FROM asked_label
WHERE refused IS NOT NULL
