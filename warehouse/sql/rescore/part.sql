SELECT m.*
FROM chosen AS c
JOIN core.mention AS m ON m.mention_id = c.mention_id
WHERE c.watch = $watch
    AND c.about IS NOT DISTINCT FROM $about
    AND c.place > $after
    AND c.place <= $after + $size
ORDER BY c.place
