"""Write the list of checks into ``docs/quality.md``: ``python -m tidings.cli.quality_page``."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "quality.md"

_LIST = re.compile(r"(<!-- checks: .+? -->\n).*?(<!-- end of checks -->)", re.DOTALL)


def listed() -> str:
    """Return the list of checks as a table: each with its severity and what it means."""
    from warehouse.checks import checks

    lines = ["| check | of | severity | what must hold |", "|---|---|---|---|"]
    for check in checks():
        tables = (
            [f"`{t.strip()}`" for t in check.table.split(",")] if check.table else ["each mart"]
        )
        limit = f" (at most {check.most:g})" if check.most else ""
        lines.append(
            f"| `{check.name}` | {', '.join(tables)} | {check.severity}{limit} | {check.meaning} |"
        )
    return "\n".join(lines)


def rewritten(page: str) -> str:
    """Return the page with the list of checks as the files declare them."""
    return _LIST.sub(lambda found: f"{found[1]}{listed()}\n{found[2]}", page)


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text("utf-8")), "utf-8")
