"""Airflow's own API server over one installation, signed in to as people of each role."""

from __future__ import annotations

import contextlib
import http.client
import json
import sys
import time
from collections.abc import Iterator

from tidings.cli.airflow.api import Api, NotAnswering
from tidings.cli.airflow.processes import Children, only_one
from tidings.cli.airflow.services import free_port
from tidings.cli.airflow.setup import environment, prepare
from tidings.home import Home

PEOPLE = {"vera": "viewer", "ulf": "user", "olga": "op", "adam": "admin"}
"""Names, and their roles in Airflow's simple auth manager."""

PASSWORD = "made-up"


class Served:
    """A running API server at 127.0.0.1:``port``."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def ask(self, path: str, *, method: str = "GET", **headers: str) -> tuple[int, str, str]:
        """Return the status, the body and where it leads."""
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        return self.send(method, path, None, named)

    def send(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, str, str]:
        """Send a request of any form."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            told = answer.read().decode("utf-8", "replace")
            return answer.status, told, answer.headers.get("location", "")

    def session(self, name: str) -> str:
        """Sign in to Airflow; return its token, which its page keeps as the cookie ``_token``."""
        login = json.dumps({"username": name, "password": PASSWORD})
        said = self.send("POST", "/auth/token", login, {"Content-Type": "application/json"})
        return str(json.loads(said[1])["access_token"])


@contextlib.contextmanager
def api_server(home: Home) -> Iterator[Served]:
    """Run ``airflow api-server`` with :data:`PEOPLE` until the end."""
    with contextlib.ExitStack() as stack:
        lock = stack.enter_context(only_one(home.root / "airflow.db.lock"))
        (home.root / "simple_auth_manager_passwords.json.generated").write_text(
            json.dumps(dict.fromkeys(PEOPLE, PASSWORD))
        )
        prepare(home, tell=lambda _: None)
        port = free_port(None)
        people = ",".join(f"{name}:{role}" for name, role in PEOPLE.items())
        env = environment(home, port=port) | {"AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": people}
        children = Children(home.root / "logs" / "services", keep_open=lock)
        stack.callback(children.stop)
        children.start("api-server", [sys.executable, "-m", "airflow", "api-server"], env)
        _wait(Api(port, "adam", PASSWORD), children)
        yield Served(port)


def _wait(api: Api, children: Children) -> None:
    deadline = time.monotonic() + 300
    while True:
        children.check()
        try:
            api.health()
        except NotAnswering:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
        else:
            return
