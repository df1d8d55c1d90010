SELECT concat_ws(' ', title, text)
FROM core.mention_version
WHERE list_contains($ids::UUID[], mention_id)
