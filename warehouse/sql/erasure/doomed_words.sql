-- Words of the mentions that go, and the segments of who gave their answers.
SELECT DISTINCT coalesce(v.title, '') || ' ' || coalesce(v.text, '') AS said, v.segments, v.survey, v.product, v.country
FROM core.mention_version AS v
SEMI JOIN doomed AS d ON d.mention_id = v.mention_id
