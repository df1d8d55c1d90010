INSERT INTO core.load BY NAME FROM core.load_before
