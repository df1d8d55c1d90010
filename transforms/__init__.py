"""Check and enrich: Arrow in, Arrow out; no network, no database.

``check`` sends bad rows to quarantine, ``enrich`` adds language, sentiment, brands and keywords.
Importing this package loads nothing heavy; its modules import pyarrow, pandas, Great Expectations
and the models only inside the functions that use them.
"""
