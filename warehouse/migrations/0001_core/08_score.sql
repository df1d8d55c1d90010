-- Our score of a mention's text. An open known_to marks the score that counts.
CREATE TABLE core.score (
    mention_id UUID NOT NULL, -- The mention.
    content_hash VARCHAR NOT NULL, -- The content that was scored.
    label VARCHAR NOT NULL, -- positive, neutral, negative or unscored.
    compound DOUBLE, -- -1..1, the score of the text; NULL where unscored.
    positive DOUBLE, -- 0..1, share of positive words as VADER weighs them.
    neutral DOUBLE, -- 0..1, likewise neutral.
    negative DOUBLE, -- 0..1, likewise negative.
    unscored_reason VARCHAR, -- Why there is no score: empty, only_links, language, unknown_language, too_long.
    scorer VARCHAR, -- Which scorer; NULL where unscored.
    scorer_version VARCHAR, -- Version of the scorer and its lexicon.
    score_language VARCHAR, -- Language that the scorer relied on; NULL where it is unknown.
    language_confidence DOUBLE, -- 0..1, of score_language.
    known_from TIMESTAMP NOT NULL, -- We gave it this score from then (UTC).
    known_to TIMESTAMP, -- We gave it another from then (UTC); NULL: this one counts.
    CHECK (label IN ('positive', 'neutral', 'negative', 'unscored'))
)
