INSERT INTO core.migration
SELECT $number, $name, $hash, timezone('UTC', now())
