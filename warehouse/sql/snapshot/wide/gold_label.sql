-- Labels that people gave, without who gave them.
SELECT * REPLACE (NULL AS labeller)
FROM core.gold_label
