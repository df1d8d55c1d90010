DROP VIEW core.brand_score
