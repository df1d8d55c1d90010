"""A made-up incident, for ``tidings alerts test`` and for whoever writes a receiver."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from tidings.incident import Event, Incident, Notice, Point, Voice

BRAND = "Northwind Kettles"


def sample(decided: datetime, *, watch: str = "sample", event: Event = "sample") -> Notice:
    """Return a notice of an incident of a made-up brand, decided on at ``decided`` (aware UTC).

    Its key is made of the time, so that two tests are two messages.
    """
    return Notice(
        key=f"{event}-{watch}-{decided:%Y%m%dT%H%M%S}",
        event=event,
        severity="warning",
        decided=decided,
        incidents=(incident(decided, watch),),
    )


def sample_digest(decided: datetime, *, watch: str = "sample") -> Notice:
    """Return a digest of two made-up incidents that says that it leaves out three more."""
    first = incident(decided, watch)
    second = msgspec.structs.replace(
        first,
        incident_id="sample-2",
        severity="info",
        measure="rating_mean",
        rule="rating",
        sentence="Ratings averaged 3.1 of 5 over 40 reviews, expected 4.2.",
        voices=(),
        series=(),
    )
    return Notice(
        key=f"digest-{watch}-{decided:%Y%m%dT%H%M%S}",
        event="digest",
        severity="info",
        decided=decided,
        incidents=(first, second),
        left_out=3,
    )


def incident(decided: datetime, watch: str) -> Incident:
    """Return the made-up incident: it began two hours before ``decided``."""
    opened = (decided - timedelta(hours=2)).replace(second=0, microsecond=0)
    return Incident(
        incident_id="sample-1",
        watch=watch,
        brand=BRAND,
        rule="negative_share",
        measure="negative_share",
        severity="warning",
        opened=opened,
        baseline=0.18,
        observed=0.43,
        n=96,
        probability=2e-9,
        lower_bound=True,
        sentence=f"41 of 96 (43 %) negative since {opened:%H:%M} UTC, expected 17 (18 %); "
        "p = 2e-9.",
        mention_ids=("sample:1", "sample:2"),
        words=("lid", "leaks", "scalded"),
        keywords=("kettle",),
        drivers=("quality",),
        sources=("reviews", "mastodon"),
        languages=("en", "no"),
        voices=_voices(opened),
        series=_series(opened, decided),
        owner="Customer care",
        link="https://tidings.example/incidents/sample-1",
    )


def _voices(opened: datetime) -> tuple[Voice, ...]:
    return (
        Voice(
            mention_id="sample:1",
            text="The lid came off and it leaks from the spout. Is anybody at Northwind reading?",
            source="mastodon",
            published=opened + timedelta(minutes=4),
            copies=12,
            followers=3_400,
            language="en",
            url="https://social.example/posts/1",
        ),
        Voice(
            mention_id="sample:2",
            text="Second kettle in a month that leaks. I want my money back.",
            source="reviews",
            published=opened + timedelta(minutes=31),
            language="en",
            url="https://reviews.example/northwind/2",
        ),
    )


def _series(opened: datetime, decided: datetime) -> tuple[Point, ...]:
    """Return a day of hours up to ``decided``: calm, then what was found."""
    count = 24
    starts = [decided - timedelta(hours=count - n) for n in range(count)]
    return tuple(
        Point(starts=at, observed=0.43 if at >= opened else 0.14 + 0.02 * (n % 4), expected=0.18)
        for n, at in enumerate(starts)
    )
