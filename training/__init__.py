"""Makes the data that the scorers ship: run by hand, on labelled sets that are no part of this."""
