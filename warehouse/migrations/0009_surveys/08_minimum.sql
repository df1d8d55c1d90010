INSERT INTO core.minimum VALUES
    ('csat_mean', 5),
    ('ces', 5)
