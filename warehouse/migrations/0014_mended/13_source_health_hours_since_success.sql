ALTER TABLE core.source_health DROP COLUMN hours_since_success
