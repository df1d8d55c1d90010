ALTER TABLE core.coverage
    ADD COLUMN missing BIGINT -- How many fewer came than the source declares, where a walk asked for everything there is.
