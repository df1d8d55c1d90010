INSERT INTO change (change_id, body)
VALUES (:change_id, :body)
ON CONFLICT (change_id) DO NOTHING
