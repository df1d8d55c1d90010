-- What people changed, without who did and what they wrote. Of a released row not its values, nor why it
-- could not be released, which may hold some: they may name a person.
SELECT * REPLACE (
    '' AS who,
    CASE WHEN kind <> 'release' THEN what END AS what,
    NULL AS words,
    CASE WHEN kind = 'release' AND refused IS NOT NULL THEN 'It can''t go in; the warehouse itself says why.' ELSE refused END AS refused
)
FROM core.audit
