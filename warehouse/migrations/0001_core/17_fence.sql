-- One row: which load attempt may write. An attempt that was overtaken changes nothing.
CREATE TABLE core.fence (
    fence BIGINT NOT NULL, -- Number of the attempt that may write; each new one is higher.
    holder VARCHAR NOT NULL, -- Who took it.
    taken TIMESTAMP, -- When it was taken (UTC); NULL: nobody has yet.
    used TIMESTAMP -- When it last merged (UTC).
)
