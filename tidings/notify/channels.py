"""Sending one notice to one channel."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from tidings import credentials
from tidings.incident import Notice
from tidings.notify.redaction import redacted
from tidings.watch import Channel


def send(
    notice: Notice,
    channel: Channel,
    *,
    secret: Callable[[str], str] = credentials.secret,
    zone: ZoneInfo | None = None,
    with_chart: bool = True,
) -> None:
    """Send ``notice`` to ``channel`` once; return when it was taken.

    The secret that the channel names holds the address: ``http(s)://`` is our own webhook, all else
    an Apprise URL. Times are shown in ``zone`` and UTC. ``with_chart`` False leaves the picture
    out: some services take a message and refuse the file, and a second try should not do both.

    TransientError: send the same notice again, not before its ``retry_at`` where there is one.
    ConfigurationError: the channel is set up wrongly or refuses; sending again can't help until
    somebody has mended it. No error shows a secret.
    """
    from tidings.notify import through_apprise, webhook
    from tidings.notify.chart import chart

    notice = redacted(notice)
    address = secret(channel.secret)
    if address.lower().startswith(("http://", "https://")):
        webhook.post(notice, channel, address, secret=secret)
        return
    drawn = with_chart and notice.event != "digest"
    picture = chart(notice.incidents[0], notice.decided) if drawn else None
    through_apprise.send(notice, channel, address, zone=zone or ZoneInfo("UTC"), picture=picture)
