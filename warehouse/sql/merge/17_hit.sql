-- The batch's keyword hits, one row each.
CREATE OR REPLACE TEMP TABLE hitting AS
SELECT DISTINCT mention_id, k.brand, k.keyword, k.matched, k.hits
FROM (SELECT mention_id, unnest(keywords) AS k FROM arrival WHERE verdict <> 'late')
