-- What stands in the snapshot that all read for the identifier that a source gave, which may be an
-- e-mail address or hold a handle: 32 hex digits. Equal for equal ids of a place, so that replies
-- still find what they reply to. It names nobody, but who knows an id can check whether it is there.
CREATE MACRO core.id_of_nobody(source, place, id) AS
    CASE WHEN id IS NOT NULL THEN md5(concat_ws(chr(0), source, place, id)) END
