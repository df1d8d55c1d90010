-- Failed checks that a person accepted, so that the snapshot is published all the same. One holds
-- until the check passes, or more rows fail.
CREATE TABLE core.quality_acceptance (
    run VARCHAR NOT NULL, -- The run of the checks that was accepted.
    check_name VARCHAR NOT NULL, -- Name of the check.
    table_name VARCHAR NOT NULL, -- The table that it is about.
    failing BIGINT NOT NULL, -- Rows that were wrong.
    observed DOUBLE, -- What had been judged.
    reason VARCHAR NOT NULL, -- Why, in the person's words.
    accepted TIMESTAMP NOT NULL -- When (UTC).
)
