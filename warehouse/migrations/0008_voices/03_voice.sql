-- Which texts are near copies of others, and so one voice with them. Texts that are not have no row.
CREATE TABLE core.voice (
    voice_key VARCHAR NOT NULL, -- The text.
    voice VARCHAR NOT NULL, -- voice_key of the one of them that was published first; of several, the least.
    known_from TIMESTAMP NOT NULL, -- We took it so from then (UTC).
    known_to TIMESTAMP, -- We took it otherwise from then (UTC); NULL: this is what we know.
    CHECK (known_to IS NULL OR known_to > known_from)
)
