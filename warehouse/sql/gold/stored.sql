-- How many labels are new, and how many closed another.
SELECT
    count(*) FILTER (NOT changed) AS new,
    count(*) FILTER (changed) AS changed
FROM labelled
