ALTER TABLE core.coverage
    ADD COLUMN only_newest BOOLEAN -- Whether the source shows its newest items only.
