DELETE FROM core.refreshed
