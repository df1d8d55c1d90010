-- Which declared queries a mention hit. An open known_to marks the hits that count.
CREATE TABLE core.keyword_hit (
    mention_id UUID NOT NULL, -- The mention.
    watch VARCHAR NOT NULL, -- The watch file whose source brought the mention.
    brand VARCHAR NOT NULL, -- The brand whose watch file declares the query.
    keyword VARCHAR NOT NULL, -- Name of the query.
    matched VARCHAR, -- The words that matched.
    hits BIGINT NOT NULL, -- How many times they matched.
    known_from TIMESTAMP NOT NULL, -- We took it so from then (UTC).
    known_to TIMESTAMP -- We took it otherwise from then (UTC); NULL: this hit counts.
)
