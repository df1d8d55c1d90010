INSERT INTO core.brand BY NAME
SELECT
    $watch AS watch,
    $brand AS brand,
    $own AS own,
    $answer_target_hours AS answer_target_hours,
    $timezone AS timezone,
    $languages::VARCHAR[] AS languages
