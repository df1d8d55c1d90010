-- Made anew below: a view does not see columns that its table gets later.
DROP VIEW marts.keyword_daily
