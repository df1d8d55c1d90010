ALTER TABLE core.keyword_daily
    ADD COLUMN trend_low DOUBLE -- Lower end of its interval; where it is above 1 the keyword is rising. Given both counts, the share
    -- of the first is binomial (Przyborowski and Wilenski 1940); Wilson's interval of it. As if mentions came
    -- independently of each other: where they come in waves it is too narrow.
