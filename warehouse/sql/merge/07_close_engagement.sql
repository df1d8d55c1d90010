UPDATE core.engagement AS e
SET until = o.collected
FROM observed AS o
WHERE o.mention_id = e.mention_id AND e.until IS NULL
