INSERT INTO core.minimum VALUES
    ('keyword_trend', 5),
    ('keyword_company', 5)
