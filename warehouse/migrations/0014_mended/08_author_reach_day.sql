COMMENT ON COLUMN marts.author_reach.day IS
    'Last of the 28 days, in the brand''s time zone: the last day that there is.'
