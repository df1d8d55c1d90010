ALTER TABLE core.coverage
    ADD COLUMN unchanged BOOLEAN -- Whether the source said that nothing has changed since the last walk.
