-- The brands' days on which one of these facts was or is told.
CREATE OR REPLACE TEMP TABLE days_due AS
SELECT brand, day FROM left_said
UNION
SELECT brand, day FROM left_keyword_said
UNION
SELECT brand, day FROM fresh_said
UNION
SELECT brand, day FROM fresh_keyword_said
