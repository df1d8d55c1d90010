"""``tidings alerts``: incidents looked for, listed, told, snoozed, and looked back on."""

from __future__ import annotations

import getpass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidings.alert_rules import RULES, setting
from tidings.cli import steps
from tidings.cli.alerting import steps as alerting
from tidings.cli.console import AsJson, err, out, table
from tidings.cli.opening import opened
from tidings.errors import ConfigurationError
from tidings.home import Home
from tidings.journal import Act, Change, OnIncident, SnoozeRule, What
from tidings.times import utcnow

if TYPE_CHECKING:
    import duckdb

    from tidings.cli.alerting.backtest import Backtest

app = typer.Typer(
    help="Incidents: looked for, listed, told to people, snoozed, and looked back on.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(help="The incident: its id, or how it begins.")]
Who = Annotated[str | None, typer.Option(help="Who does it; default: your user's name.")]


@app.command()
def rules(json: AsJson = False) -> None:
    """List the rules as they hold for each watch file."""
    rows = []
    for watch in steps.watches():
        for name, rule in RULES.items():
            held = setting(watch, name)
            rows.append(
                {
                    "watch": watch.id,
                    "rule": name,
                    "on": held.enabled,
                    "severity": held.severity,
                    "threshold": held.threshold,
                    "of": rule.unit,
                    "finds": rule.finds,
                }
            )
    _show(rows, "Rules", json=json)


@app.command()
def check(
    send: Annotated[bool, typer.Option(help="Send what is due, too.")] = True, json: AsJson = False
) -> None:
    """Look for incidents now, and send what is to be told; 'tidings run' and Airflow do so, too."""
    with err.status("Looking for incidents ..."):
        found = alerting.look()
    try:
        alerting.publish(found)
    finally:  # what forbids to publish is to be told above all
        told = alerting.tell() if send else {}
    _show([{**found, **told}], "Alerts", json=json)


@app.command("list")
def list_(
    brand: Annotated[str | None, typer.Option(help="Of this brand only.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Closed ones, too.")] = False,
    days: Annotated[int, typer.Option(min=1, help="Opened in the last so many days.")] = 90,
    json: AsJson = False,
) -> None:
    """List incidents: the open ones first, the newest before the others."""
    from warehouse.incidents import listed
    from warehouse.snapshot import open_current

    since = utcnow() - timedelta(days=days)
    with open_current(Home.find().snapshot) as con:
        found = listed(con, only_open=not every, brand=brand, since=since)
    rows = [
        {
            "id": one["incident_id"][:8],
            "brand": one["brand"] or "(installation)",
            "severity": one["severity"],
            "opened (UTC)": f"{one['opened']:%Y-%m-%d %H:%M}",
            "closed (UTC)": f"{one['closed']:%Y-%m-%d %H:%M}" if one["closed"] else "open",
            "what": one["sentence"],
            "words": ", ".join(one["words"][:3]),
            "owner": one["owner"] or "",
        }
        for one in found
    ]
    if not rows and not json:
        what = "incident" if every else "open incident"
        out.print(f"No {what} of the last {days} days; '--all' lists closed ones, too.")
        return
    _show(rows, "Incidents", json=json)


@app.command()
def show(incident: Name, json: AsJson = False) -> None:
    """Show one incident with its evidence, and what was told of it."""
    from tidings.cli.alerting import telling
    from tidings.notify.message import message
    from warehouse import incidents
    from warehouse.snapshot import open_current

    with open_current(Home.find().snapshot) as con:
        kept = incidents.named(con, incident)
        whole = telling.incident(con, kept)
        told = incidents.deliveries_of(con, kept.incident_id)
    if json:
        out.print_json(steps.as_json({"incident": whole, "deliveries": told}))
        return
    notice = telling.one(whole, kept)
    out.print(message(notice, "text").body, markup=False, highlight=False)
    _show(told, "Told", json=False)


@app.command()
def acknowledge(incident: Name, who: Who = None) -> None:
    """Say that somebody is at it: no message tells that it grew; its end is told."""
    _act(incident, "acknowledge", who)


@app.command()
def own(
    incident: Name, owner: Annotated[str, typer.Argument(help="Who looks after it.")],
    who: Who = None,
) -> None:  # fmt: skip
    """Say who looks after an incident; messages name them."""
    _act(incident, "own", who, words=owner)


@app.command()
def note(
    incident: Name, words: Annotated[str, typer.Argument(help="What is to be kept.")],
    who: Who = None,
) -> None:  # fmt: skip
    """Add a note to an incident."""
    _act(incident, "note", who, words=words)


@app.command()
def snooze(
    name: Annotated[str, typer.Argument(help="An incident's id, or WATCH/RULE.")],
    hours: Annotated[float, typer.Option(min=0, help="For so long; 0 ends it.")] = 24,
    who: Who = None,
) -> None:
    """Hold messages of an incident, or of a rule, back for a while; they are sent after it."""
    until = utcnow() + timedelta(hours=hours)
    if "/" not in name:
        _act(name, "snooze", who, until=until)
        return
    watch, _, rule = name.partition("/")
    if watch not in {w.id for w in steps.watches()} or rule not in RULES:
        raise ConfigurationError(
            f"There is no rule {name!r}.", remedy="'tidings alerts rules' lists them."
        )

    with opened(Home.find()) as con:
        _carry_out(con, SnoozeRule(watch=watch, rule=rule, until=until), who)


@app.command()
def resend() -> None:
    """Try again what a channel refused, once it was mended."""
    from warehouse.incidents import again

    with opened(Home.find()) as con:
        channels = [f"{w.id}/{c.name}" for w in steps.watches() for c in w.notify]
        count = again(con, utcnow(), channels)
    told = alerting.tell()
    out.print(f"{count} that had failed were tried again: {told['sent']} sent in all.")


@app.command("test")
def sample(
    channel: Annotated[
        str | None, typer.Argument(help="WATCH/CHANNEL; left out: every channel.")
    ] = None,
) -> None:
    """Send a sample to a channel, to see that it comes and how it looks."""
    from tidings.notify.channels import send
    from tidings.notify.routing import zone_of
    from tidings.notify.sample import sample as made_up

    found = [(w, c) for w in steps.watches() for c in w.notify]
    names = [f"{w.id}/{c.name}" for w, c in found]
    if channel is not None and channel not in names:
        raise ConfigurationError(
            f"There is no channel {channel!r}.",
            remedy=f"There is: {', '.join(names) or 'none; add a [[notify]] to a watch file'}.",
        )
    if not found:
        raise ConfigurationError(
            "No watch file has a channel.", remedy="Add a [[notify]]; see docs/alert-channels.md."
        )
    for name, (watch, target) in zip(names, found, strict=True):
        if channel in (None, name):
            send(made_up(utcnow(), watch=watch.id), target, zone=zone_of(watch))
            out.print(f"A sample was sent to {name}.", markup=False, highlight=False)


@app.command()
def backtest(
    days: Annotated[int, typer.Option(min=1, max=730, help="Look back over so many days.")] = 90,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", help="This rule only; may be repeated.")
    ] = None,
    chart: Annotated[Path | None, typer.Option(help="Draw it into this PNG file.")] = None,
    json: AsJson = False,
) -> None:
    """Say when each rule would have told of something, on the numbers as they were known then.

    Change a rule in the watch file and look again: nothing is kept, nobody is told.
    """
    from tidings.cli.alerting.backtest import backtest as look_back
    from tidings.cli.alerting.backtest import draw
    from warehouse.snapshot import open_current
    from warehouse.statements import bound

    for name in rule or []:
        if name not in RULES:
            raise ConfigurationError(
                f"There is no rule {name!r}.", remedy=f"The rules are: {', '.join(RULES)}."
            )
    with err.status("Looking back ..."), open_current(Home.find().snapshot) as con:
        found = look_back(con, steps.watches(), bound(utcnow()), days=days, rules=rule or [])
    if chart is not None:
        draw(found, chart)
    rows = [
        {
            "brand": past.incident.first.brand,
            "rules": ", ".join(past.incident.rules),
            "severity": past.incident.severity,
            "began (UTC)": f"{past.incident.first.onset:%Y-%m-%d %H:%M}",
            "told (UTC)": f"{past.incident.first.at:%Y-%m-%d %H:%M}",
            "over (UTC)": _moment(past.incident.closed),
            "messages": past.messages,
            "what": past.sentence,
        }
        for past in found.incidents
    ]
    _show(rows, f"What would have been told in {days} days", json=json)
    if not json:
        _summary(found, days, chart)


def _summary(found: Backtest, days: int, chart: Path | None) -> None:
    messages = sum(past.messages for past in found.incidents)
    weeks = days / 7 * max(len(found.brands), 1)
    out.print(
        f"{len(found.incidents)} incidents, {messages} messages of {len(found.brands)} brands in "
        f"{days} days: {messages / weeks:.2f} messages a brand and week."
    )
    if chart is not None:
        out.print(f"The chart is {chart}.", markup=False, highlight=False)


def _moment(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M}" if time else "open"


def _who(given: str | None) -> str:
    return given or getpass.getuser()


def _act(
    begins: str,
    action: Act,
    who: str | None,
    *,
    words: str | None = None,
    until: datetime | None = None,
) -> None:
    from warehouse.incidents import named

    with opened(Home.find()) as con:  # it may be newer than what is published
        kept = named(con, begins)
        what = OnIncident(incident_id=kept.incident_id, action=action, until=until, words=words)
        _carry_out(con, what, who)
    out.print(f"Noted of incident {kept.incident_id[:8]}: {kept.sentence}", markup=False)


def _carry_out(con: duckdb.DuckDBPyConnection, what: What, who: str | None) -> None:
    """Do what the pages do, with the same row in the audit; whoever runs commands may do all."""
    from warehouse.changes import listed, take_over

    change = Change(what=what, who=_who(who), role="admin")
    if not take_over(con, [change]).refused:
        return
    for row in listed(con, since=change.made):
        if row["change_id"] == str(change.change_id):
            raise ConfigurationError(row["refused"])


def _show(rows: list[dict[str, Any]], title: str, *, json: bool) -> None:
    if json:
        out.print_json(steps.as_json(rows))
    elif rows:
        table(tuple(rows[0]), [tuple(row.values()) for row in rows], title=title)
    else:
        out.print(f"{title}: none.")
