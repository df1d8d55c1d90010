-- What is not collected of the walks of a watch file, with the names that the file gives their sources.
SELECT
    g.source,
    g.label,
    g.gap_from,
    g.gap_to,
    g.opened,
    g.walks,
    g.why,
    g.can_go_back
FROM core.open_gap AS g
WHERE g.declared AND g.watch = $watch
ORDER BY g.source, g.label, g.gap_to DESC
