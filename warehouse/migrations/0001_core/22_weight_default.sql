INSERT INTO core.weight VALUES
    (NULL, 'sentiment', 0.35, DATE '1970-01-01', NULL),
    (NULL, 'rating', 0.25, DATE '1970-01-01', NULL),
    (NULL, 'response', 0.10, DATE '1970-01-01', NULL),
    (NULL, 'attention', 0.10, DATE '1970-01-01', NULL),
    (NULL, 'surveys', 0.10, DATE '1970-01-01', NULL),
    (NULL, 'stability', 0.10, DATE '1970-01-01', NULL)
