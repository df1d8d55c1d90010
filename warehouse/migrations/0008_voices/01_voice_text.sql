-- Texts that may be copied, each once: long enough, whatever became of the mentions that said them.
CREATE TABLE core.voice_text (
    text BIGINT NOT NULL, -- Its number, in the order of coming.
    voice_key VARCHAR NOT NULL, -- Equal for texts that are the same but for case, blanks and links.
    published TIMESTAMP NOT NULL -- When the earliest mention that says it was published (UTC).
)
