-- Mentions as everybody may read them: without the author's handle and the raw page, without the source's
-- identifiers, which may be an e-mail address or hold a handle, and without the address of the original
-- where it names the author.
SELECT * REPLACE (
    core.id_of_nobody(source, place, external_id) AS external_id,
    core.id_of_nobody(source, place, parent_id) AS parent_id,
    NULL AS author_handle,
    NULL AS raw_page,
    core.address_of_nobody(url, source, author_handle) AS url
)
FROM core.mention_version
