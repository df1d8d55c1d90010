-- Mentions as versions: what was said, when that held (valid) and when we knew it (known).
-- One row says: from known_from to known_to we took it that this content held from valid_from
-- to valid_to. An open end is NULL. Rows are added and closed, never overwritten.
CREATE TABLE core.mention_version (
    mention_id UUID NOT NULL, -- 128 bits standing for source, place and external_id.
    source VARCHAR NOT NULL, -- Name of the connector that collected it.
    place VARCHAR NOT NULL, -- The shop, app, instance, feed or forum within the source.
    external_id VARCHAR NOT NULL, -- The source's own identifier within the place.
    kind VARCHAR NOT NULL, -- What sort of statement it is.
    published TIMESTAMP NOT NULL, -- When it was first published (UTC).
    collected TIMESTAMP, -- When we collected it (UTC).
    edited TIMESTAMP, -- When the source says it was last edited (UTC).
    url VARCHAR, -- Address of the original.
    author VARCHAR, -- Pseudonym of the author: a keyed hash of source and handle.
    author_handle VARCHAR, -- The author's handle at the source; kept only when the watch file asks for it.
    author_followers BIGINT, -- Followers of the author when collected.
    title VARCHAR, -- Title or headline.
    text VARCHAR, -- Body as plain text, markup removed.
    language VARCHAR, -- Language as the source states it (BCP 47 primary tag, lower case).
    rating DOUBLE, -- The source's own rating, on its own scale.
    rating_min DOUBLE, -- Lowest value of the rating's scale.
    rating_max DOUBLE, -- Highest value of the rating's scale.
    parent_id VARCHAR, -- external_id, at the same place, of what this one replies to.
    likes BIGINT, -- Likes, points or helpful votes.
    replies BIGINT, -- Replies or comments.
    shares BIGINT, -- Reposts, boosts and quotes.
    views BIGINT, -- Views or plays.
    answer VARCHAR, -- The owner's public answer.
    answered TIMESTAMP, -- When the owner answered first (UTC), if the source tells.
    product VARCHAR, -- Product the source says it is about.
    version VARCHAR, -- Version of the product the source states.
    country VARCHAR, -- Country the source states (ISO 3166-1 alpha-2).
    raw_page VARCHAR, -- Landing path of the raw page it was read from.
    content_hash VARCHAR NOT NULL, -- 32 hex digits of the columns whose change is a new version.
    voice_key VARCHAR, -- Equal for copies of one text: one voice, many exposures.
    batch_id VARCHAR NOT NULL, -- The landed batch that brought this content.
    valid_from TIMESTAMP NOT NULL, -- The content held from then (UTC): published for the first version, then
    -- edited, or collected where the source states no new edit.
    valid_to TIMESTAMP, -- It held until then (UTC); NULL: it still holds.
    known_from TIMESTAMP NOT NULL, -- We knew this row from then (UTC).
    known_to TIMESTAMP, -- We knew better from then (UTC); NULL: this is what we know.
    CHECK (valid_to IS NULL OR valid_to > valid_from),
    CHECK (known_to IS NULL OR known_to > known_from)
)
