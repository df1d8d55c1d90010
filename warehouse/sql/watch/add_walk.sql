INSERT INTO core.walk BY NAME
SELECT
    $walk_id AS walk_id,
    $watch AS watch,
    $label AS label,
    $source AS source,
    $about AS about,
    $series AS series,
    $every_hours AS every_hours
