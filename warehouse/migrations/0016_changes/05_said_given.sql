ALTER TABLE core.said
    ADD COLUMN given VARCHAR -- As label, by the scorer: equal to it where no person has said otherwise.
