-- What the checks of the warehouse found, one row a check, its table and a run; kept as history.
CREATE TABLE core.quality_result (
    run VARCHAR NOT NULL, -- The run of the checks.
    judged TIMESTAMP NOT NULL, -- When it was judged (UTC).
    suite VARCHAR NOT NULL, -- The Great Expectations suite that judged.
    check_name VARCHAR NOT NULL, -- Name of the check, see docs/quality.md.
    table_name VARCHAR NOT NULL, -- The table that it is about.
    severity VARCHAR NOT NULL, -- fail: a failed one stops the publishing; warn: it is told.
    success BOOLEAN NOT NULL, -- Whether what was observed is at most what is allowed.
    failing BIGINT NOT NULL, -- Rows that are wrong.
    observed DOUBLE, -- What was judged: the rows that are wrong, or what the check measures.
    most DOUBLE NOT NULL, -- The greatest value allowed.
    examples VARCHAR[] NOT NULL, -- Some of the rows that are wrong, by their names; no text, no author.
    since TIMESTAMP, -- Rows known from then on were looked at (UTC); NULL: all.
    upto TIMESTAMP NOT NULL, -- Rows known up to then were looked at (UTC).
    definition VARCHAR NOT NULL, -- 32 hex digits of the check's file.
    accepted VARCHAR, -- Why it was published although the check failed; NULL: it was not accepted.
    CHECK (severity IN ('fail', 'warn'))
)
