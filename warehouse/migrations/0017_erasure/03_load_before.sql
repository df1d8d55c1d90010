ALTER TABLE core.load RENAME TO load_before
