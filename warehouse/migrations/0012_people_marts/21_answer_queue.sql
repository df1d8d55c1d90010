-- As versions: all that marts.answer_queue ever told, and from when to when it did.
-- One row a review or question of the last 365 days that an own brand has not answered, at a source
-- that allows answers, good reviews and bad ones, in the order in which to answer. Of copies of one
-- text, the earliest stands for all; an answer to one of them is enough.
CREATE TABLE core.answer_queue (
    day DATE NOT NULL, -- When it was published, in the brand's time zone.
    brand VARCHAR NOT NULL, -- The brand that should answer; competitors have no rows.
    mention_id UUID NOT NULL, -- The review or question.
    source VARCHAR NOT NULL, -- Name of the connector.
    place VARCHAR NOT NULL, -- The shop, app, instance, feed or forum within the source.
    kind VARCHAR NOT NULL, -- review or question.
    url VARCHAR, -- Address of the original; NULL where there is none, or where it names the author.
    title VARCHAR, -- Title or headline.
    excerpt VARCHAR, -- The first 300 characters of the text.
    rating DOUBLE, -- 0..1, its rating scaled as (stars - min) / (max - min); NULL where it has none.
    stars DOUBLE, -- Its rating on the source's own scale.
    rating_max DOUBLE, -- Highest value of that scale.
    label VARCHAR NOT NULL, -- positive, neutral, negative or unscored, toward the brand.
    drivers VARCHAR[] NOT NULL, -- Drivers that it speaks of, in the order of the alphabet.
    flags VARCHAR[] NOT NULL, -- What makes its label doubtful: question, sarcasm.
    reach BIGINT, -- Followers of its author when last told; NULL where the source tells nothing.
    published TIMESTAMP NOT NULL, -- When it was published (UTC).
    due TIMESTAMP NOT NULL, -- When an answer is due (UTC): published + the brand's target hours.
    urgency DOUBLE NOT NULL, -- 0..1, 0.2 + 0.6 x how bad it is + 0.2 where it is a question or flagged as
    -- one. How bad: 1 - rating (without one: 0 if positive, else 0.5), but at least 0.75 where the label is
    -- negative.
    known_from TIMESTAMP NOT NULL, -- We told this row from then (UTC).
    known_to TIMESTAMP -- We told another from then (UTC); NULL: this row is told now.
)
