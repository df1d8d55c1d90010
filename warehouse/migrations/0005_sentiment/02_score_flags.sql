ALTER TABLE core.score
    ADD COLUMN flags VARCHAR[] -- What makes the label doubtful or beside the point: question, sarcasm. NULL or empty: nothing.
