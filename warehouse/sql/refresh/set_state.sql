INSERT INTO core.refreshed VALUES ($seen, $told, $places, $rules)
