-- Facts: one row a mention as it is now and a brand that it is about. Made again by every refresh for
-- the mentions that changed and for all copies of theirs.
CREATE TABLE core.said (
    brand VARCHAR NOT NULL, -- The brand.
    day DATE NOT NULL, -- When it was published, in the brand's time zone.
    mention_id UUID NOT NULL, -- The mention.
    source VARCHAR NOT NULL, -- Name of the connector.
    kind VARCHAR NOT NULL, -- What sort of statement it is.
    voice UBIGINT NOT NULL, -- Equal for copies of one text, see docs/voices.md.
    published TIMESTAMP NOT NULL, -- When it was published (UTC).
    label VARCHAR NOT NULL, -- positive, neutral, negative or unscored: toward the brand, else of the whole.
    compound DOUBLE, -- -1..1, likewise; NULL where unscored.
    scorer VARCHAR, -- Which scorer; NULL where the text is unscored.
    scorer_version VARCHAR, -- Version of the scorer and its data.
    score_language VARCHAR, -- Language that the scorer relied on; NULL where it is unknown.
    author VARCHAR, -- Pseudonym of the author.
    author_followers BIGINT, -- Followers of the author when last told.
    placed BOOLEAN NOT NULL, -- Whether it stands at a place where everything is about one brand.
    rating BIGINT, -- The source's rating scaled to 0..1, in 1e-9: whole numbers have sums without rounding.
    stars DOUBLE, -- The source's rating on its own scale.
    rating_min DOUBLE, -- Lowest value of that scale.
    rating_max DOUBLE, -- Highest value of that scale.
    answer_class VARCHAR, -- Of an answer to a survey: promoter, passive, detractor; satisfied, not_satisfied.
    answerable BOOLEAN NOT NULL, -- A review at a source that allows answers.
    has_answer BOOLEAN NOT NULL, -- Whether the owner has answered.
    answered TIMESTAMP, -- When the owner answered (UTC); NULL where the source does not tell.
    in_target BOOLEAN, -- Whether that was within the brand's target; NULL where it can't be known.
    first_copy BOOLEAN NOT NULL, -- The earliest copy of its voice about the brand: counts as the mention.
    first_rated BOOLEAN NOT NULL, -- The earliest review with a rating among them.
    first_asked BOOLEAN NOT NULL, -- The earliest answerable review among them; it carries what follows.
    voice_answered BOOLEAN, -- Whether any of these reviews has an answer.
    voice_in_target BOOLEAN, -- Whether any was answered within the target; NULL where it can't be known.
    voice_answered_at TIMESTAMP, -- The earliest answer to any of them (UTC), as far as sources tell.
    heard_in VARCHAR[] NOT NULL -- Watches of which it is the earliest copy among what counts for share of voice.
)
