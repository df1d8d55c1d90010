"""The pages on the checks: what a text holds is shown as text, and nothing leads elsewhere."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tidings.errors import WarehouseError
from tidings.times import utcnow
from warehouse.checks import Result
from warehouse.data_docs import build, sanitised

LIVE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)><a href='https://evil.example/'>$here</a>"
)
CONTROL = "<img src='http://evil.example/x.png'><script>document.title = 'ran'</script>"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


def results() -> list[Result]:
    """A passed, a failed and an accepted check, whose brands and reason are HTML."""
    now = utcnow()
    shared = {
        "run": "quality-1",
        "judged": now,
        "severity": "fail",
        "most": 0.0,
        "since": None,
        "upto": now - timedelta(hours=1),
        "definition": "0" * 32,
    }
    failed = {"success": False, "failing": 1, "observed": 1.0, "examples": [f"{LIVE} 2026-03-02"]}
    passed = {"success": True, "failing": 0, "observed": 0.0, "examples": []}
    return [
        Result(check_name="brand_is_declared", table_name="marts.one", **shared | failed),
        Result(check_name="reputation_days", table_name=f"marts.{LIVE}", **shared | failed),
        Result(check_name="load_once", table_name="core.load", **shared | passed),
        Result(check_name="keyword_days", table_name="k", accepted=LIVE, **shared | failed),
    ]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("pages")
    first = build(results(), folder)
    assert first == folder / "index.html"
    return sorted(folder.rglob("*"))


def html(pages: list[Path]) -> list[str]:
    return [p.read_text("utf-8") for p in pages if p.is_file()]


def test_there_are_pages_and_nothing_but_pages(pages: list[Path]) -> None:
    files = [p for p in pages if p.is_file()]
    assert len(files) == 3
    assert {p.suffix for p in files} == {".html"}


def test_no_page_has_live_html_or_an_address_elsewhere(pages: list[Path]) -> None:
    for page in html(pages):
        parsed = BeautifulSoup(page, "html.parser")
        live = "script, img, iframe, object, embed, link, form, input, base, svg, video, audio"
        assert parsed.select(live) == []
        for element in parsed.find_all(True):
            assert not [name for name in element.attrs if name.startswith("on")], element
            if element.name != "meta":
                assert set(element.attrs) <= {"class", "id", "href", "colspan", "lang"}, element
        for link in parsed.select("[href]"):
            assert re.fullmatch(r"(\.\./)*[\w./#:-]*", str(link["href"])), link
            assert "://" not in str(link["href"])
        addresses = set(re.findall(r"(?:https?:)?//[\w.-]+", page))
        assert addresses <= {"https://evil.example"}, "only what the planted text says, as text"
        assert "@import" not in page
        assert "url(" not in page


def test_what_was_planted_is_shown_as_the_text_that_it_is(pages: list[Path]) -> None:
    shown = [BeautifulSoup(page, "html.parser").get_text() for page in html(pages)]
    assert any(f"{LIVE} 2026-03-02" in text for text in shown)
    assert any("It was accepted: " + LIVE in text for text in shown)


def test_the_pages_say_what_was_judged_and_link_to_one_another(pages: list[Path]) -> None:
    [judged] = [p for p in pages if "validations" in p.parts and p.is_file()]
    text = BeautifulSoup(judged.read_text("utf-8"), "html.parser").get_text(" ")
    assert "No batch is merged twice." in text
    assert "brand_is_declared of marts.one" in text
    for page in (p for p in pages if p.is_file()):
        for link in BeautifulSoup(page.read_text("utf-8"), "html.parser").select("a[href]"):
            target = str(link["href"]).partition("#")[0]
            if target:
                assert (page.parent / target).resolve() in pages, target


def test_each_page_forbids_what_it_does_not_need(pages: list[Path]) -> None:
    for page in html(pages):
        [policy] = BeautifulSoup(page, "html.parser").select("meta[http-equiv]")
        assert str(policy["content"]).startswith("default-src 'none'; style-src 'unsafe-inline'")
        assert page.index("Content-Security-Policy") < page.index("<style>")


@pytest.mark.parametrize(
    "given",
    [
        "<p onclick=alert(1)>x</p>",
        "<a href=javascript:alert(1)>x</a>",
        "<a href='//evil.example/'>x</a>",
        "<a href='/\\evil.example/'>x</a>",
        "<a href='../\\\\evil.example/'>x</a>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
        "<p style=\"background:url('https://evil.example')\">x</p>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<base href='https://evil.example/'>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
        "</body></html><script>alert(1)</script>",
        "<form action='https://evil.example'><button>x</button></form>",
    ],
)
def test_no_form_of_live_html_gets_through(given: str) -> None:
    page = sanitised(f"<html><head><title>t{given}</title></head><body>{given}</body></html>")
    body = BeautifulSoup(page, "html.parser").body
    assert body is not None
    assert "evil.example" not in str(body)
    for element in body.find_all(True):
        assert element.name in {"p", "a", "i", "div"}, element
        assert not set(element.attrs) - {"class", "id"}, element


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.html").write_text("<p>years of work</p>", "utf-8")
    with pytest.raises(WarehouseError, match=r"thesis\.html"):
        build(results(), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.html"]


def test_pages_are_replaced_by_those_of_the_next_run(tmp_path: Path) -> None:
    build(results(), tmp_path / "pages")
    build(results()[:1], tmp_path / "pages")
    assert len(list((tmp_path / "pages").rglob("*.html"))) == 3
    with pytest.raises(WarehouseError, match="no results yet"):
        build([], tmp_path / "pages")


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed")
def test_a_browser_runs_nothing_and_asks_nobody(pages: list[Path], tmp_path: Path) -> None:
    """All it would ask, by name or address, goes to a proxy of ours, which counts."""
    assert CHROMIUM is not None
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        threading.Thread(target=_count, args=(proxy, asked), daemon=True).start()
        where = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        control = tmp_path / "control.html"
        control.write_text(CONTROL, "utf-8")
        for page in [*(p for p in pages if p.is_file()), control]:
            dom = _opened(CHROMIUM, page, where, tmp_path / "profile")
            parsed = BeautifulSoup(dom, "html.parser")
            if page == control:  # the browser does run and ask, were it told to
                assert parsed.title is not None
                assert parsed.title.get_text() == "ran"
                assert [a for a in asked if b"evil.example" in a]
            else:
                assert parsed.select("script, img") == []
                assert [a for a in asked if b"evil.example" in a] == []


def _opened(browser: str, page: Path, proxy: str, profile: Path) -> str:
    done = subprocess.run(
        [
            browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
            "--disable-background-networking", "--disable-component-update", "--no-first-run",
            f"--proxy-server={proxy}", "--virtual-time-budget=2000", "--dump-dom", page.as_uri(),
        ],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return done.stdout


def _count(proxy: socket.socket, asked: list[bytes]) -> None:
    while True:
        try:
            caller, _ = proxy.accept()
        except OSError:  # the test is over
            return
        with caller:
            asked.append(caller.recv(4096).split(b"\r\n")[0])
            caller.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
