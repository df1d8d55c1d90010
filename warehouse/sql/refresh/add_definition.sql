INSERT INTO core.definition VALUES ($mart, $definition, $hash, $told, NULL)
