SELECT place, refused
FROM asked_mark
WHERE refused IS NOT NULL
