-- The batch's texts that are long enough to be copied. Every row counts, late ones and those of a
-- mention that is there twice too: so texts are known alike in whatever order their pages come.
CREATE OR REPLACE TEMP TABLE said_text AS
SELECT voice_key, min(published) AS published
FROM staged
WHERE len(voice_bands) > 0
GROUP BY voice_key
