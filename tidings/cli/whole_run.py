"""All of it in one go, without Airflow: check, score, load, publish, look for incidents, tell."""

from __future__ import annotations

from collections.abc import Iterable

from tidings.batch import Batch
from tidings.cli import enriching, staging, steps
from tidings.cli.enriching import together
from tidings.errors import DeliveryError, QualityError
from tidings.home import Home


def check_and_load(batch_ids: Iterable[str] | None = None, *, holder: str) -> dict[str, int]:
    """Enrich what is waiting (or ``batch_ids``), load, refresh and publish, without Airflow.

    Batches that break a rule are reported by QualityError after all others were published; so is
    a check of the warehouse that forbids to publish. DeliveryError: an alert could not be sent.
    """
    home = Home.find()
    refused: list[QualityError] = []
    totals = _enrich_and_load(home, _named(home, batch_ids), refused, holder=holder)
    steps.refresh()
    undelivered = _publish_and_alert(refused)
    if refused:
        raise together(refused)
    if undelivered is not None:
        raise undelivered
    return totals


def _publish_and_alert(refused: list[QualityError]) -> DeliveryError | None:
    """Look for incidents, publish, tell of them; what forbids to publish is in ``refused``.

    Looked first, what is published says of each day whether there were incidents, and it is
    published once. Where looking fails, the rest is published all the same. The checks are made
    as it is published: where others fail than before, which is an alert, it is looked once more.
    """
    from tidings.cli.alerting import steps as alerts

    failed = alerts.failing()
    try:
        alerts.look()
    finally:
        published = _published(refused)
        if alerts.failing() != failed:
            found = alerts.look()
            if published:
                alerts.publish(found)
    try:
        alerts.tell()
    except DeliveryError as error:
        return error
    return None


def _published(refused: list[QualityError]) -> bool:
    try:
        steps.publish()
    except QualityError as error:
        refused.append(error)
        return False
    return True


def _named(home: Home, batch_ids: Iterable[str] | None) -> list[Batch]:
    from tidings.landing import Landing

    landing = Landing(home.landing)
    return (
        steps.waiting_batches(home) if batch_ids is None else [landing.batch(i) for i in batch_ids]
    )


def _enrich_and_load(
    home: Home, batches: list[Batch], refused: list[QualityError], *, holder: str
) -> dict[str, int]:
    """Enrich and load, both at once where many rows wait; what breaks a rule is in ``refused``."""
    count = enriching.processes()
    known = steps.watches(home)
    if not count or sum(batch.rows for batch in batches) < enriching.APART_FROM:
        for group in enriching.in_groups(batches, steps.GROUP_ROWS):
            try:
                enriching.enrich_here(home, known, group)
            except QualityError as error:
                refused.append(error)
        return steps.load(holder=holder)
    with steps.loading(home, holder) as (take, totals):
        for item in staging.staged(home.staging):  # of an earlier run, older than these
            take(item)
        for batch_id in enriching.enrich_apart(home, known, batches, refused, count):
            take(staging.ready(home.staging, batch_id))
    return totals
