DROP VIEW marts.source_health
