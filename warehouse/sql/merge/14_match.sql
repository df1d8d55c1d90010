-- The batch's brand matches, one row each.
CREATE OR REPLACE TEMP TABLE matching AS
SELECT DISTINCT mention_id, b.brand, b.how, b.matched, b.label, b.compound
FROM (SELECT mention_id, unnest(brands) AS b FROM arrival WHERE verdict <> 'late')
