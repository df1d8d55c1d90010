"""What the tests of the DAGs share: where the DAG files are, and a watch file."""

from __future__ import annotations

from pathlib import Path

DAGS = Path(__file__).parents[2] / "dags"

WATCH = """\
[brand]
name = "Brandt & Söhne"

[[competitors]]
name = "Kettler"

[[sources]]
connector = "steam"
about = "Kettler"
schedule = "@daily"
settings = { apps = ["440"] }

[[sources]]
connector = "hackernews"

[[sources]]
connector = "rss"
name = "blogs"
schedule = ""
settings = { feeds = ["http://127.0.0.1:9/feed"] }
"""
