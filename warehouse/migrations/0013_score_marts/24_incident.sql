-- Incidents as versions: something moved further than its baseline explains. Rows are added and closed,
-- never overwritten.
CREATE TABLE core.incident (
    incident_id VARCHAR NOT NULL, -- The incident; the same in all its versions.
    brand VARCHAR NOT NULL, -- The brand.
    measure VARCHAR NOT NULL, -- What moved: mentions, negative or negative_share.
    opened TIMESTAMP NOT NULL, -- When it began (UTC).
    escalated TIMESTAMP, -- When it last widened (UTC); NULL: it has not.
    closed TIMESTAMP, -- When its evidence was gone (UTC); NULL: it is open.
    baseline DOUBLE NOT NULL, -- What was to be expected of the measure.
    observed DOUBLE NOT NULL, -- What there was at its height.
    n BIGINT NOT NULL, -- Mentions that observed is computed from.
    probability DOUBLE NOT NULL, -- 0..1, of as much or more under the baseline.
    adjusted DOUBLE NOT NULL, -- 0..1, likewise, adjusted for how many series were looked at (false discovery rate).
    lower_bound BOOLEAN NOT NULL, -- Whether the time was not collected whole, so that observed may be more.
    mention_ids UUID[] NOT NULL, -- Mentions that drive it, the foremost first.
    words VARCHAR[] NOT NULL, -- Words that set these apart.
    keywords VARCHAR[] NOT NULL, -- Keywords that they hit.
    drivers VARCHAR[] NOT NULL, -- Drivers that they speak of.
    sources VARCHAR[] NOT NULL, -- Sources that they come from.
    detector VARCHAR NOT NULL, -- Name of the detector.
    detector_version VARCHAR NOT NULL, -- Its version.
    known_from TIMESTAMP NOT NULL, -- We took it so from then (UTC).
    known_to TIMESTAMP, -- We took it otherwise from then (UTC); NULL: this row counts.
    CHECK (measure IN ('mentions', 'negative', 'negative_share')),
    CHECK (closed IS NULL OR closed >= opened)
)
