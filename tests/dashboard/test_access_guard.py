"""What pages of other sites send is refused, whatever cookie their visitor has."""

from pathlib import Path

import pytest
from access_home import opened
from starlette.testclient import TestClient

HOST = "page.example"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return opened(tmp_path)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": f"http://{HOST}"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Authorization": "Bearer x"}, 403),
        ({"Origin": f"http://{HOST}"}, 200),
        ({"Origin": f"http://{HOST.upper()}"}, 200),
        ({"Origin": f"http://{HOST}:8080"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": f"http://{HOST}.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://evil.example", "Authorization": "Bearer x"}, 403),
        ({"Authorization": "Bearer x"}, 200),
        ({"Authorization": "Basic x"}, 403),
        ({}, 403),
    ],
)
def test_a_change_is_taken_from_the_page_itself_and_from_programs(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    assert client.post("/who", headers=headers).status_code == status


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST", "MADEUP"])
def test_each_method_that_changes_is_looked_at(client: TestClient, method: str) -> None:
    assert client.request(method, "/who").status_code == 403


@pytest.mark.parametrize(
    ("site", "mode", "status"),
    [
        ("cross-site", "navigate", 200), ("none", "navigate", 200), ("same-origin", "cors", 200),
        ("cross-site", "no-cors", 403), ("cross-site", "cors", 403), ("same-site", "no-cors", 403),
    ],
)  # fmt: skip
def test_other_sites_may_link_but_not_use(
    client: TestClient, site: str, mode: str, status: int
) -> None:
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}
    assert client.get("/who", headers=headers).status_code == status
