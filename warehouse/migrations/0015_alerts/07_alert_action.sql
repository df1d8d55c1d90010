-- What people did about incidents and rules: one row an action. The latest of its kind counts.
CREATE TABLE core.alert_action (
    watch VARCHAR NOT NULL, -- The watch file.
    incident_id VARCHAR, -- The incident; NULL: the action is about a rule.
    rule VARCHAR, -- The rule; NULL: the action is about an incident.
    action VARCHAR NOT NULL, -- acknowledge, snooze, own, note or resolve.
    until TIMESTAMP, -- Of a snooze: no messages until then (UTC).
    words VARCHAR, -- Of a note: its text; of own: who looks after it.
    who VARCHAR NOT NULL, -- Who did it, as the program was told.
    done TIMESTAMP NOT NULL, -- When (UTC).
    CHECK ((incident_id IS NULL) <> (rule IS NULL))
)
