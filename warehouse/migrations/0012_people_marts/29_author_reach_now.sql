-- One row a brand and author, by pseudonym: the 100 authors of each brand whom most people may have
-- heard in the last 28 days, those whose sources tell no followers after the others by how often
-- they spoke. Answers to surveys are left out.
-- columns: core.author_reach
CREATE VIEW marts.author_reach AS
SELECT * EXCLUDE (known_to)
FROM core.author_reach
WHERE known_to IS NULL
