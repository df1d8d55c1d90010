UPDATE change
SET taken_over = :now
WHERE change_id = :change_id AND taken_over IS NULL
