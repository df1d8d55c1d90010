-- See 01.
DROP TABLE core.incident
