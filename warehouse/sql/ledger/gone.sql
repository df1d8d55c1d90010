SELECT count(*)
FROM departing
WHERE certain
