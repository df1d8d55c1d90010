INSERT INTO core.watched_source BY NAME
SELECT
    $watch AS watch,
    $name AS name,
    $source AS source,
    $about AS about,
    $allows_answers AS allows_answers
