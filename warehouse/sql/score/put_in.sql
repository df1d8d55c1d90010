INSERT INTO core.weight BY NAME
SELECT *, $now AS known_from
FROM (
    SELECT unnest(
        $rows::STRUCT(brand VARCHAR, part VARCHAR, weight DOUBLE, valid_from DATE, valid_to DATE)[],
        recursive := true
    )
)
