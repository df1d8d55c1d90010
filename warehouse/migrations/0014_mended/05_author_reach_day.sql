ALTER TABLE core.author_reach DROP COLUMN day
