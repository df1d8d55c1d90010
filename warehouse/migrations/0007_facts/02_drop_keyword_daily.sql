DROP TABLE marts.keyword_daily
