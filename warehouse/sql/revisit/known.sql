-- Current mentions that a source of a watch brought, to be asked for again: those published from recent
-- on, reviews and answered ones from answerable on. Those seen on the earliest day come first, and of
-- one day the newest.
SELECT m.place, m.external_id, m.kind, m.published, m.url, m.parent_id
FROM core.mention AS m
JOIN core.load AS l ON l.batch_id = m.batch_id
JOIN core.seen AS k ON k.mention_id = m.mention_id
WHERE l.watch = $watch
    AND l.source = $source
    AND l.about IS NOT DISTINCT FROM $about
    AND ($walks IS NULL OR list_contains($walks, l.walk_id))
    AND CASE
        WHEN m.kind = 'review' OR m.answer IS NOT NULL OR m.answered IS NOT NULL
            THEN m.published >= least($recent, $answerable)
        ELSE m.published >= $recent
    END
ORDER BY k.collected::DATE, m.published DESC, m.mention_id
LIMIT $limit
