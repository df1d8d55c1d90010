DROP VIEW marts.author_reach
