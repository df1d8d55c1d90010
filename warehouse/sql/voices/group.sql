UPDATE met
SET grouped = g.root
FROM voice_groups AS g
WHERE g.grouped = met.grouped
