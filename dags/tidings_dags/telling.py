"""Telling whoever runs the installation that a run failed or is late.

By the Airflow connection ``tidings_alerts`` (of the type Apprise), or by an Apprise URL in the
secret of that name; where there is neither, nobody is told and nothing fails. Deadlines need the
secret in a file or the environment: what Airflow runs for them may not read connections.

This is about the machinery. What people say of a brand is told by the channels of its watch file.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from tidings.credentials import secret
from tidings.errors import ConfigurationError
from tidings.home import Home

log = logging.getLogger(__name__)

CONNECTION = "tidings_alerts"

SECONDS = 30.0
"""A message that is not taken by then is given up."""


def tell_failure(context: Mapping[str, Any]) -> None:
    """Tell that a run failed: ``on_failure_callback`` of a DAG, one message a run."""
    dag = context["dag"].dag_id
    task = getattr(context.get("ti"), "task_id", None)
    where = f" in task {task!r}" if task else ""
    _tell(
        f"DAG {dag} failed",
        f"Run {context.get('run_id')} of {dag} failed{where}. Its log in Airflow says why.",
        "failure",
    )


def tell_late(context: Mapping[str, Any], within: str) -> None:
    """Tell that a run is not done yet: what a deadline calls, in the executor."""
    run = context["dag_run"]
    _tell(
        f"DAG {run['dag_id']} is late",
        f"Run {run['dag_run_id']} of {run['dag_id']} was not done within {within}: what is shown "
        "is older than it should be.",
        "warning",
    )


def done_within(hours: float) -> DeadlineAlert:
    """Return a deadline: a run that is not done so long after it was queued is told, once.

    A run that has failed by then is told of again, since what it should have shown is missing. Not
    for a DAG that is tried out with ``airflow dags test``: in Airflow 3.3 that fails at its end on
    any DAG with a deadline.
    """
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=hours),
        callback=SyncCallback(tell_late, kwargs={"within": f"{hours:g} hours"}),
        name=f"done within {hours:g} hours",
    )


def _tell(title: str, body: str, kind: str) -> None:
    """Send by every service there is; what goes wrong is logged, never raised.

    The provider's notifier is not used: it says nothing of a message that was not taken.
    """
    from apprise import Apprise, AppriseAsset

    sender = Apprise(asset=AppriseAsset(app_id="Tidings", image_url_mask="", http_redirects=False))
    try:
        _add_services(sender)
    except ConfigurationError as error:
        log.warning("Nobody is told of %r: %s", title, error)
        return
    services = len(sender)
    if not services or not sender.notify(
        title=title, body=body, notify_type=kind, body_format="text", timeout=SECONDS
    ):
        log.error("Of %r %d services were to be told, and not all were.", title, services)


def _add_services(sender: Any) -> None:
    """Add the services of the connection, else that of the secret; ConfigurationError: neither."""
    from airflow.providers.apprise.hooks.apprise import AppriseHook
    from airflow.sdk.exceptions import AirflowNotFoundException, AirflowSecretsBackendAccessDenied

    hook = AppriseHook(CONNECTION)
    try:
        hook.set_config_from_conn(hook.get_connection(CONNECTION), sender)
    except (AirflowNotFoundException, AirflowSecretsBackendAccessDenied):
        # the second one is what a deadline's callback gets, whether or not there is a connection
        environ = {**os.environ, "TIDINGS_HOME": str(Home.find().root)}
        environ.pop("AIRFLOW_HOME", None)
        sender.add(secret(CONNECTION, environ))
    except (KeyError, ValueError, TypeError) as error:
        raise ConfigurationError(
            f"The connection {CONNECTION!r} is not of the form that the type Apprise has: "
            f"{type(error).__name__}.",
            remedy='Its extra is {"config": {"path": "slack://...", "tag": "alerts"}}.',
        ) from None  # the error may show what the connection holds
