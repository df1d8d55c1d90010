-- How the sources of a watch file are: the ones that need a look first.
SELECT *
FROM marts.source_health
WHERE watch = $watch
ORDER BY last_success IS NULL DESC, coverage, hours_since_success DESC, source
