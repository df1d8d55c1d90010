DELETE FROM change
WHERE taken_over < :before
