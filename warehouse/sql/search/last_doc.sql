SELECT max(rowid)
FROM docs
WHERE rowid BETWEEN :first AND :last
