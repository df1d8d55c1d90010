-- Keep the rows that go out of force.
INSERT INTO core.weight_past BY NAME
SELECT w.*, $now AS known_to
FROM core.weight AS w
SEMI JOIN (
    SELECT unnest(
        $rows::STRUCT(brand VARCHAR, part VARCHAR, weight DOUBLE, valid_from DATE, valid_to DATE)[],
        recursive := true
    )
) AS g
    ON g.brand IS NOT DISTINCT FROM w.brand AND g.part = w.part AND g.valid_from = w.valid_from
