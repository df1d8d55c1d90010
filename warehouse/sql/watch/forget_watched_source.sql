DELETE FROM core.watched_source
