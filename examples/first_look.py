# %% [markdown]
# # A first look at a brand
#
# Open this file as a notebook (VS Code and PyCharm do; `jupytext --to ipynb first_look.py` makes
# one), or run it: `python examples/first_look.py data/tidings.duckdb`. It needs duckdb and pandas.

# %%
import os
import sys

import duckdb

given = [a for a in sys.argv[1:] if a.endswith(".duckdb")]
snapshot = given[0] if given else os.environ.get("TIDINGS_SNAPSHOT", "data/tidings.duckdb")
con = duckdb.connect(snapshot, read_only=True)

# %% [markdown]
# What there is, and how fresh it is.

# %%
fresh = con.sql("SELECT published, loaded, loads FROM core.published").df()
print(fresh.to_string(index=False))
con.sql("""
    SELECT view_name AS mart, comment AS holds
    FROM duckdb_views() WHERE schema_name = 'marts' ORDER BY mart
""").show()

# %% [markdown]
# The score of each brand by week: `n` beside every figure, and no figure from too few.

# %%
weekly = con.sql("""
    SELECT
        brand,
        date_trunc('week', day)::DATE AS week,
        sum(mentions)::BIGINT AS mentions,
        sum(scored)::BIGINT AS scored,
        (sum(positive) - sum(negative)) / nullif(sum(scored), 0) AS net_sentiment,
        arg_max(score, day) AS score,
        min(coverage) AS coverage
    FROM marts.brand_reputation_daily
    GROUP BY ALL
    ORDER BY brand, week
""").df()
print(weekly.tail(8).round(2).to_string(index=False))

# %% [markdown]
# The worst days, and what was said on them. A share of few says little: hence the interval.

# %%
worst = con.sql("""
    SELECT brand, day, scored, net_sentiment, net_sentiment_low, net_sentiment_high, coverage
    FROM marts.brand_reputation_daily
    WHERE net_sentiment IS NOT NULL AND own
    ORDER BY net_sentiment_high
    LIMIT 5
""").df()
print(worst.round(2).to_string(index=False))

# %%
said = con.execute(
    """
    SELECT m.published, m.source, left(coalesce(m.title || ': ', '') || m.text, 100) AS said
    FROM core.mention AS m
    JOIN core.brand_match AS b ON b.mention_id = m.mention_id AND b.known_to IS NULL
    JOIN core.score AS s ON s.mention_id = m.mention_id AND s.known_to IS NULL
    WHERE b.brand = $brand AND m.published::DATE = $day AND s.label = 'negative'
    ORDER BY m.likes DESC NULLS LAST, m.published
    LIMIT 5
    """,
    {"brand": str(worst.brand[0]), "day": worst.day[0]}
    if len(worst)
    else {"brand": "", "day": None},
).df()
print(said.to_string(index=False))

# %% [markdown]
# A picture, where matplotlib is there.

# %%
try:
    import matplotlib.pyplot as plt
except ModuleNotFoundError:
    print("(no matplotlib, no picture)")
else:
    weekly.pivot(index="week", columns="brand", values="score").plot(title="Reputation, 0 to 100")
    plt.show()

con.close()
