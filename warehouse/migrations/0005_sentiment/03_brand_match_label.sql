ALTER TABLE core.brand_match
    ADD COLUMN label VARCHAR -- Sentiment toward this brand: of the clauses about it. NULL: as the whole text's.
