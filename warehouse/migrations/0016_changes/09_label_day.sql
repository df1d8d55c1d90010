COMMENT ON TABLE core.label_day IS
    'Labels given by scorers to the voices of each brand and day, in lots of one scorer, version and language. What a person corrected counts here as the scorer had it: what scorers get wrong is measured by random samples.'
