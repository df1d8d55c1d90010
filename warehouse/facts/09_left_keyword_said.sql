-- The facts that were told of these voices.
CREATE OR REPLACE TEMP TABLE left_keyword_said AS
SELECT s.*
FROM core.keyword_said AS s
SEMI JOIN voices_due AS v ON v.voice = s.voice AND v.brand = s.brand
WHERE s.voice IN (SELECT voice FROM voices_due)  -- of whole numbers: most rows need no more
