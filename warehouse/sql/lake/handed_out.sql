-- Mentions to be scored elsewhere, of those chosen, each with how it came and what it says now.
SELECT
    m.*,
    c.watch AS of_watch,
    c.about AS all_about,
    m.content_hash AS held
FROM chosen AS c
JOIN core.mention AS m ON m.mention_id = c.mention_id
WHERE c.watch = $watch
    AND c.about IS NOT DISTINCT FROM $about
    AND c.place > $after
    AND c.place <= $after + $size
ORDER BY c.place
