-- By what near copies of a text are found: texts that share a band may be near copies of one another;
-- their sketches tell whether they are, see docs/voices.md.
CREATE TABLE core.voice_band (
    band UBIGINT NOT NULL, -- A hash of a part of the text's shingles.
    text BIGINT NOT NULL, -- The text's number.
    sketch_low UBIGINT NOT NULL, -- 64 bits of the text's sketch: near copies differ in few.
    sketch_high UBIGINT NOT NULL -- The other 64.
)
