-- 32 hex digits that tell a mention's words apart from any others.
CREATE MACRO core.text_hash(title, words) AS
    md5(coalesce(title, '') || chr(31) || coalesce(words, ''))
