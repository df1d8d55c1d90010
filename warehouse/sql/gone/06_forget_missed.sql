-- What is gone is no longer only missed, and what was seen since it was missed was not gone.
DELETE FROM core.missed AS m
USING departing AS d
WHERE d.mention_id = m.mention_id AND (d.certain OR d.missed IS NULL)
