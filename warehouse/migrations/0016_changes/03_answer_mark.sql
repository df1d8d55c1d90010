-- What people say of reviews and questions in the queue, as versions: answered (elsewhere, or so that
-- the source does not show it), not_needed, or open again. Of copies of one text the last mark counts.
CREATE TABLE core.answer_mark (
    mention_id UUID NOT NULL, -- The review or question.
    brand VARCHAR NOT NULL, -- The brand that was to answer.
    state VARCHAR NOT NULL, -- answered or not_needed: it leaves marts.answer_queue; open: it is back. No
    -- mark counts as an answer in marts.response_daily: there the source's own answer does.
    who VARCHAR NOT NULL, -- Who said so; '' in the snapshot that all read.
    made TIMESTAMP NOT NULL, -- When (UTC).
    known_from TIMESTAMP NOT NULL, -- It counts from then (UTC).
    known_to TIMESTAMP, -- Another mark counts from then (UTC); NULL: this one does.
    CHECK (state IN ('answered', 'not_needed', 'open'))
)
