INSERT INTO core.fence VALUES (0, 'nobody', NULL, NULL)
