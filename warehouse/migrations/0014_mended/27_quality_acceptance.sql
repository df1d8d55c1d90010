COMMENT ON TABLE core.quality_acceptance IS
    'Failed checks that a person accepted, so that the snapshot is published all the same. One holds until the check passes, or more rows fail, or others.'
