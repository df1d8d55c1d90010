"""An installation in which every text of every field is hostile, loaded by the real pipeline."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from hostile import RUN, naughty, payloads

from tidings.home import Home
from tidings.times import utcnow

OWN = f'Acme"><img src=x onerror={RUN}>'
RIVAL = f"</script><script>{RUN}</script>=1+1"
PLACE = f"=cmd|<svg onload={RUN}>"


def hostile_home(folder: Path) -> Home:
    """Make, load and publish the installation in ``folder``."""
    from tidings.cli import steps, whole_run
    from tidings.cli.running import chosen

    home = Home.at(folder)
    home.watch_dir.mkdir(parents=True)
    (home.watch_dir / "acme.toml").write_text(_watch(), "utf-8")
    texts = [*payloads(), *naughty()]
    for name in ("own", "rival"):
        (home.root / name).mkdir()
        rows = [_row(n, texts, name) for n in range(len(texts))]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (home.root / name / "rows.jsonl").write_text(lines, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in home.environment().items():
            patch.setenv(variable, value)
        for watch, source in chosen([]):
            for outcome in steps.collect_outcomes(watch, source, run="hostile"):
                assert outcome.error is None, outcome.error
        whole_run.check_and_load(holder="hostile")
    return home


def _watch() -> str:
    said = json.dumps  # a basic string of TOML is written as JSON writes it
    return f"""
contact = {said(RUN)}
[brand]
name = {said(OWN)}
aliases = [{said(f"<b>{RUN}")}]
[[competitors]]
name = {said(RIVAL)}
[queries]
any = {said('onerror OR script OR alert OR "</b>"')}
[quality]
bad_rows = "warn"
[[sources]]
connector = "files"
name = "own"
about = {said(OWN)}
[sources.settings]
folder = "own"
place = {said(PLACE)}
[[sources]]
connector = "files"
name = "rival"
about = {said(RIVAL)}
[sources.settings]
folder = "rival"
place = "rival"
"""


def _row(number: int, texts: list[str], name: str) -> dict[str, object]:
    """Return a row with a hostile text in each field; fields differ, so that all texts meet all."""

    def other(shift: int) -> str:
        return texts[(number + shift) % len(texts)][:400]

    review = number % 3 != 0
    found: dict[str, object] = {
        "external_id": f"{name}-{number}",
        "published": (utcnow() - timedelta(hours=1 + number % 500)).isoformat(),
        "kind": "review" if review else "post",
        "text": texts[number],
        "title": other(7),
        "author_handle": other(13),
        "author_followers": 10 + number,
        "product": other(29),
        "version": other(31)[:40],
        "url": f"https://example.org/{quote(other(37))[:900]}",
        "language": "en" if number % 4 else None,
    }
    if review:
        found |= {"rating": 1 + number % 5, "rating_min": 1, "rating_max": 5}
        if number % 2:
            found["answer"] = other(43)
    if number % 40 == 0:
        found["url"] = other(37)  # no address: held in quarantine, with a reason
    return found
