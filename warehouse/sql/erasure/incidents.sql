SELECT rowid, sentence, mention_ids, words
FROM core.incident
