-- core.mention as it was known at time t (UTC); counts that move all the time are those of the version.
CREATE MACRO core.mention_as_of(t) AS TABLE
SELECT *
FROM core.mention_version
WHERE valid_to IS NULL AND known_from <= t AND (known_to IS NULL OR known_to > t)
