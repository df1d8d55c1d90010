SELECT seen, told, places, rules
FROM core.refreshed
