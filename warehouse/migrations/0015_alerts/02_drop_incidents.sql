-- See 01.
DROP VIEW marts.incidents
