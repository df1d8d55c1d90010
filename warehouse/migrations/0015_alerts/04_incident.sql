-- Incidents as versions: something moved further than its baseline explains. Rows are added and closed,
-- never overwritten.
CREATE TABLE core.incident (
    incident_id VARCHAR NOT NULL, -- The incident; the same in all its versions.
    watch VARCHAR NOT NULL DEFAULT '', -- The watch file whose rules found it.
    brand VARCHAR NOT NULL, -- The brand; '' where it is about the installation.
    rule VARCHAR NOT NULL DEFAULT 'volume', -- The rule that found it first, see docs/alerts.md.
    rules VARCHAR[] NOT NULL DEFAULT [], -- All rules that found it so far, in that order.
    measure VARCHAR NOT NULL, -- What moved: mentions, negative, negative_share, rating_mean, reach, unanswered, checks.
    severity VARCHAR NOT NULL DEFAULT 'warning', -- info, warning or critical: the highest so far.
    opened TIMESTAMP NOT NULL, -- When it began (UTC): the onset of the first alarm.
    decided TIMESTAMP, -- When there was evidence enough (UTC): the time of the first alarm.
    last_evidence TIMESTAMP, -- Until then there was evidence of it, as far as was looked (UTC).
    escalated TIMESTAMP, -- When it last widened (UTC); NULL: it has not.
    closed TIMESTAMP, -- When its evidence was gone (UTC); NULL: it is open.
    hindsight BOOLEAN NOT NULL DEFAULT false, -- It was over, or a day old, when it was found.
    baseline DOUBLE NOT NULL, -- What was to be expected of the measure.
    observed DOUBLE NOT NULL, -- What there was at its height.
    n BIGINT NOT NULL, -- Mentions that observed is computed from.
    probability DOUBLE, -- 0..1, of as much or more under the baseline; NULL where the rule has none.
    adjusted DOUBLE, -- 0..1, likewise, times the number of series that were looked at (Bonferroni).
    lower_bound BOOLEAN NOT NULL, -- Whether the time was not collected whole, so that observed may be more.
    sentence VARCHAR NOT NULL DEFAULT '', -- Baseline, observed and since when, in one sentence.
    mention_ids UUID[] NOT NULL, -- Mentions that drive it, the foremost first.
    words VARCHAR[] NOT NULL, -- Words that set these apart.
    keywords VARCHAR[] NOT NULL, -- Keywords that they hit.
    drivers VARCHAR[] NOT NULL, -- Drivers that they speak of.
    sources VARCHAR[] NOT NULL, -- Sources that they come from.
    languages VARCHAR[] NOT NULL DEFAULT [], -- Languages that they are in.
    detector VARCHAR NOT NULL, -- Name of the detector.
    detector_version VARCHAR NOT NULL, -- Its version.
    known_from TIMESTAMP NOT NULL, -- We took it so from then (UTC).
    known_to TIMESTAMP, -- We took it otherwise from then (UTC); NULL: this row counts.
    CHECK (severity IN ('info', 'warning', 'critical')),
    CHECK (closed IS NULL OR closed >= opened)
)
