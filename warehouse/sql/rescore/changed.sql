SELECT count(*)
FROM rescored
