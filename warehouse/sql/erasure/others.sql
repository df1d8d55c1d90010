SELECT concat_ws(' ', v.title, v.text)
FROM core.mention_version AS v
ANTI JOIN doomed AS d ON d.mention_id = v.mention_id
WHERE v.title IS NOT NULL OR v.text IS NOT NULL
