DELETE FROM marts.keyword_daily
