SELECT rules, published, known, mentions, told, ghosts
FROM about
