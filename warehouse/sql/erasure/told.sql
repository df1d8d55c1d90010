-- All that names the mentions that go.
SELECT DISTINCT v.source, v.place, v.external_id, v.url, v.author, v.author_handle, v.title, v.text, v.mention_id::VARCHAR, v.raw_page
FROM core.mention_version AS v
SEMI JOIN doomed AS d ON d.mention_id = v.mention_id
