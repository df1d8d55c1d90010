DELETE FROM core.brand
