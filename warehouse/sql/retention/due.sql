SELECT (SELECT count(*) FROM untold_mention_version) + (SELECT count(*) FROM untold_quarantine)
