-- The batch's driver hits, one row each.
CREATE OR REPLACE TEMP TABLE driving AS
SELECT DISTINCT mention_id, d.driver, d.matched, d.label, d.compound
FROM (SELECT mention_id, unnest(drivers) AS d FROM arrival WHERE verdict <> 'late')
