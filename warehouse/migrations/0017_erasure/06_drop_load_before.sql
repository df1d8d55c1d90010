DROP TABLE core.load_before
