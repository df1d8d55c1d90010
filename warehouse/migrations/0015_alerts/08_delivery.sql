-- What was to be told to whom: one row a notice and channel, with what became of it. It is written in
-- one transaction with the incident's version, and sent afterwards until that worked: nothing that was
-- decided is lost. A message that was sent but not noted is sent again with the same key.
CREATE TABLE core.delivery (
    key VARCHAR NOT NULL, -- Idempotency key: a receiver that has it already has the message.
    watch VARCHAR NOT NULL, -- The watch file whose channel it is.
    channel VARCHAR NOT NULL, -- Name of the channel in it.
    event VARCHAR NOT NULL, -- opened, escalated, resolved or digest.
    severity VARCHAR NOT NULL, -- info, warning or critical.
    incident_ids VARCHAR[] NOT NULL, -- The incidents that it tells of.
    left_out BIGINT NOT NULL, -- Of a digest: incidents that it had no room for.
    told TIMESTAMP NOT NULL, -- The versions of the incidents that it tells are those known then (UTC).
    decided TIMESTAMP NOT NULL, -- When it was decided on (UTC).
    not_before TIMESTAMP NOT NULL, -- When it may be sent (UTC): later where quiet hours hold it back.
    state VARCHAR NOT NULL, -- waiting, sent or failed.
    attempts INTEGER NOT NULL, -- How often it was tried, since somebody last asked for it again.
    problem VARCHAR, -- Why the last try failed.
    sent TIMESTAMP, -- When the channel took it (UTC).
    CHECK (state IN ('waiting', 'sent', 'failed'))
)
