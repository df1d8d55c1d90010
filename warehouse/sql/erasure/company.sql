SELECT rowid, form, company
FROM core.keyword_company
