SELECT watch, about, count(*)
FROM chosen
GROUP BY watch, about
ORDER BY watch, about
