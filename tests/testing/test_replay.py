"""``python -m tidings.testing replay``: what is printed, and when it exits with what."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tidings.connector import registered
from tidings.testing.__main__ import main

TAG = "https://social.example/api/v1/timelines/tag/anvil"

Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``replay`` and return its exit code, the mentions printed and standard error."""

    def run(source: str, *files: Path, **settings: Any) -> tuple[int, list[dict[str, Any]], str]:
        given = ["--settings", json.dumps(settings)] if settings else []
        code = main(["replay", source, *given, *map(str, files)])
        out, err = capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return run


def status(number: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "created_at": "2026-05-01T10:00:00.000Z",
        "edited_at": None,
        "url": f"https://social.example/@kari/{number}",
        "uri": f"https://social.example/users/kari/statuses/{number}",
        "content": f"<p>Anvil number {number}</p>",
        "spoiler_text": "",
        "language": "en",
        "account": {"id": "1", "acct": "kari", "url": "https://social.example/@kari"},
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        "in_reply_to_id": None,
        "reblog": None,
        "visibility": "public",
    }


def timeline(folder: Path, *pages: tuple[str, list[Any], str | None]) -> Path:
    """Write a recording: pages of (url, records, the Link header's next)."""
    exchanges = []
    for url, records, onward in pages:
        headers = {"content-type": "application/json; charset=utf-8"}
        if onward:
            headers["link"] = f'<{onward}>; rel="next"'
        answer = {"status": 200, "headers": headers, "body": json.dumps(records)}
        exchanges.append({"request": {"method": "GET", "url": url}, "response": answer})
    file = folder / "timeline.json"
    file.write_text(json.dumps(exchanges))
    return file


def ids(mentions: list[dict[str, Any]]) -> list[str]:
    return [m["external_id"] for m in mentions]


def test_all_pages_are_walked_with_settings_from_the_recording(run: Run, tmp_path: Path) -> None:
    file = timeline(
        tmp_path,
        (f"{TAG}?limit=2", [status(9), status(8)], f"{TAG}?limit=2&max_id=8"),
        (f"{TAG}?limit=2&max_id=8", [status(7)], f"{TAG}?limit=2&max_id=7"),
    )
    code, mentions, err = run("mastodon", file)
    assert (code, ids(mentions)) == (0, ["9", "8", "7"])
    assert mentions[0]["published"] == "2026-05-01T10:00:00Z"
    assert mentions[0]["author_handle"] == "kari@social.example"
    assert None not in mentions[0].values()
    assert err.splitlines() == ["2 of 2 recorded pages asked for, 3 mentions, 0 rejected"]


def test_a_page_that_nothing_leads_to_is_an_error(run: Run, tmp_path: Path) -> None:
    file = timeline(
        tmp_path,
        (TAG, [status(9)], f"{TAG}?max_id=9"),
        (f"{TAG}?max_id=9", [status(8)], f"{TAG}?max_id=8"),
        (f"{TAG}?max_id=5", [status(4)], None),
    )
    code, mentions, err = run("mastodon", file)
    assert (code, ids(mentions)) == (1, ["9", "8"])
    assert f"never asked for: {TAG}?max_id=5" in err


def test_a_request_that_was_never_recorded_is_an_error(run: Run, tmp_path: Path) -> None:
    file = timeline(tmp_path, (TAG, [status(9)], None))
    code, mentions, err = run("mastodon", file, instance="social.example", hashtags=["hammer"])
    assert (code, mentions) == (1, [])
    assert "not in the recordings: GET https://social.example/api/v1/timelines/tag/hammer" in err
    assert "NotFound" in err


def test_a_walk_that_ends_with_an_error_is_one(run: Run, tmp_path: Path) -> None:
    file = timeline(tmp_path, (TAG, [status(9)], f"{TAG}?max_id=9"))
    exchanges = json.loads(file.read_text())
    refusal = {"status": 401, "headers": {}, "body": '{"error": "no"}'}
    exchanges.append({"request": {"method": "GET", "url": f"{TAG}?max_id=9"}, "response": refusal})
    file.write_text(json.dumps(exchanges))
    code, mentions, err = run("mastodon", file)
    assert (code, ids(mentions)) == (1, ["9"])
    assert "ended with AuthError" in err


def test_rejected_records_are_told_with_their_reason(run: Run, tmp_path: Path) -> None:
    file = timeline(tmp_path, (TAG, [status(9), {"id": "8"}, status(7)], None))
    code, mentions, err = run("mastodon", file)
    rejected = json.loads(err.splitlines()[0])
    assert (code, ids(mentions), json.loads(rejected["raw"])) == (0, ["9", "7"], {"id": "8"})
    assert rejected["rejected"]
    assert "1 rejected" in err


def review(number: int) -> dict[str, Any]:
    return {
        "recommendationid": str(number),
        "author": {"steamid": "7"},
        "language": "english",
        "review": "Heavy.",
        "timestamp_created": 1_700_000_000 + number,
        "timestamp_updated": 1_700_000_000 + number,
        "voted_up": True,
        "votes_up": 0,
        "comment_count": 0,
    }


def bodies(folder: Path, *contents: Any) -> list[Path]:
    files = [folder / f"{n}.json" for n, _ in enumerate(contents)]
    for file, content in zip(files, contents, strict=True):
        file.write_text(json.dumps(content))
    return files


def test_bare_bodies_are_given_in_order(run: Run, tmp_path: Path) -> None:
    files = bodies(
        tmp_path,
        {"success": 1, "reviews": [review(3), review(2)], "cursor": "AoJ/3+x="},
        {"success": 1, "reviews": [review(1)], "cursor": "AoJ/2"},
        {"success": 1, "reviews": [], "cursor": "AoJ/2"},
    )
    code, mentions, _ = run("steam", *files, app=7)
    assert (code, ids(mentions)) == (0, ["3", "2", "1"])
    assert {m["place"] for m in mentions} == {"7"}


def test_a_bare_body_left_over_is_an_error(run: Run, tmp_path: Path) -> None:
    files = bodies(tmp_path, *({"success": 1, "reviews": [review(n)]} for n in (1, 2)))
    code, _, err = run("steam", *files, app=7)
    assert code == 1
    assert "never asked for: bare body (1.json)" in err


def test_each_feed_gets_an_address_of_its_own(run: Run, tmp_path: Path) -> None:
    feed = """<rss version="2.0"><channel><title>{0}</title><item><title>{0}</title>
        <guid isPermaLink="false">{0}</guid><pubDate>Fri, 01 May 2026 10:00:00 GMT</pubDate>
        </item></channel></rss>"""
    for name in ("a.rss", "b.rss"):
        (tmp_path / name).write_text(feed.format(name))
    code, mentions, _ = run("rss", tmp_path / "a.rss", tmp_path / "b.rss")
    assert (code, ids(mentions)) == (0, ["a.rss", "b.rss"])
    assert len({m["place"] for m in mentions}) == 2


def test_next_links_of_bare_pages_lead_to_the_next_body(run: Run, tmp_path: Path) -> None:
    page = """<!DOCTYPE html><html><head>{link}<script type="application/ld+json">
        {{"@context": "https://schema.org", "@type": "Product", "name": "Anvil", "review":
        {{"@type": "Review", "@id": "#r{n}", "author": "Kari", "reviewBody": "Heavy.",
        "datePublished": "2026-05-0{n}"}}}}</script></head><body></body></html>"""
    onward = '<link rel="next" href="https://shop.example/anvil?page=2">'
    (tmp_path / "1.html").write_text(page.format(n=1, link=onward))
    (tmp_path / "2.html").write_text(page.format(n=2, link=""))
    code, mentions, _ = run("reviews", tmp_path / "1.html", tmp_path / "2.html")
    assert (code, len(mentions)) == (0, 2)
    assert len({m["place"] for m in mentions}) == 1


def test_files_are_dropped_in_a_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("id,when,said\n1,2026-05-01T10:00:00Z,Heavy\n2,soon,\n")
    columns = {"external_id": "id", "published": "when", "text": "said"}
    code, mentions, err = run("files", tmp_path / "answers.csv", columns=columns)
    assert (code, ids(mentions)) == (0, ["1"])
    assert "1 of 1 recorded pages asked for, 1 mentions, 1 rejected" in err


def test_a_dropped_file_that_is_not_read_is_an_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("external_id,published,text\n1,2026-05-01,Heavy\n")
    code, _, err = run("files", tmp_path / "answers.csv", pattern="*.jsonl")
    assert code == 1
    assert "never read: answers.csv" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nobody", "x.json"], "There is no connector 'nobody'"),
        (["steam", "absent.json"], "absent.json can't be read"),
        (["steam", "--settings", "{", "x.json"], "no JSON"),
        (["steam", "--settings", "[]", "x.json"], "no object"),
        (["steam", "--settings", '{"aps": [1]}', "x.json"], "aps"),
    ],
)
def test_wrong_use_is_told(
    arguments: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.json").write_text('{"success": 1, "reviews": []}')
    assert main(["replay", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_the_help_shows_every_setting_of_every_source(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["replay", "--help"])
    text = capsys.readouterr().out
    assert exit_.value.code == 0
    for name, point in registered().items():
        assert f"\n{name}: " in text
        for field in point.load().__struct_fields__:
            assert re.search(rf"^  {field}: \S", text, re.MULTILINE), f"{name}: {field}"


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    [file] = bodies(tmp_path, {"success": 1, "reviews": [review(1)]})
    command = [sys.executable, "-m", "tidings.testing", "replay", "steam", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["external_id"] == "1"


def test_the_recordings_of_mastodon(run: Run, recordings: Path) -> None:
    file = recordings / "mastodon/rtoot__handle_params_max_id.json"
    bodies = [json.loads(e["response"]["body"]) for e in json.loads(file.read_text())]
    expected = [record["id"] for body in bodies for record in body]
    code, mentions, err = run("mastodon", file)
    assert (code, len(expected)) == (0, 160), err
    assert ids(mentions) == expected


@pytest.mark.parametrize(("local", "index"), [(False, 2), (True, 3)])
def test_one_of_two_timelines_in_one_recording(
    run: Run, recordings: Path, local: bool, index: int
) -> None:
    file = recordings / "mastodon/Mastodon.py__test_public_tl.json"
    recorded = json.loads(file.read_text())[index]
    expected = [record["id"] for record in json.loads(recorded["response"]["body"])]
    settings = {"instance": "http://localhost:3000", "public": True, "local": local}
    code, mentions, err = run("mastodon", file, **settings)
    assert (code, ids(mentions)) == (0, expected), err


def test_the_recordings_of_bluesky(run: Run, recordings: Path) -> None:
    file = recordings / "bluesky/bskyr__f_search.json"
    posts = json.loads(json.loads(file.read_text())[0]["response"]["body"])["posts"]
    code, mentions, err = run("bluesky", file)
    assert (code, sorted(ids(mentions))) == (0, sorted(p["uri"] for p in posts)), err


@pytest.mark.parametrize("app", ["403950", "588950"])
def test_the_recordings_of_steam(run: Run, recordings: Path, app: str) -> None:
    file = recordings / f"steam/steam-reviews__review_{app}.json"
    expected = sorted(json.loads(file.read_text())["reviews"])
    code, mentions, err = run("steam", file, app=app)
    assert (code, sorted(ids(mentions))) == (0, expected), err


def test_the_recordings_of_hackernews(run: Run, recordings: Path) -> None:
    files = sorted((recordings / "hackernews").glob("*.json"))
    hits = [hit["objectID"] for file in files for hit in json.loads(file.read_text())["hits"]]
    code, mentions, err = run("hackernews", *files)
    assert (code, sorted(ids(mentions))) == (0, sorted(hits)), err


def test_the_recordings_of_feeds(run: Run, recordings: Path) -> None:
    files = sorted((recordings / "feeds").iterdir())
    entries = sum(len(re.findall(rb"<(?:item|entry)[ >]", f.read_bytes())) for f in files)
    code, mentions, err = run("rss", *files)
    assert (code, len(mentions) + err.count('{"rejected"')) == (0, entries), err


def test_the_recordings_of_schema_org(run: Run, recordings: Path) -> None:
    files = sorted((recordings / "schemaorg").glob("*.html"))
    marked = sum(len(re.findall(rb'"@type"\s*:\s*"Review"', f.read_bytes())) for f in files)
    code, mentions, err = run("reviews", *files)
    assert (code, len(mentions) + err.count('{"rejected"')) == (0, marked), err


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("mastodon/Mastodon.py__test_unauthed_home_tl_throws.json", "NotFound"),
        ("bluesky/bskyr__repo_auth_cache.json", "AuthError"),
    ],
)
def test_recorded_errors_end_the_walk_as_what_they_are(
    run: Run, recordings: Path, name: str, error: str
) -> None:
    source = name.partition("/")[0]
    code, mentions, err = run(source, recordings / name)
    assert (code, mentions) == (1, [])
    assert f"ended with {error}" in err


def test_every_bare_body_is_of_an_app_of_its_own(run: Run, tmp_path: Path) -> None:
    merged = [{"reviews": {str(n): review(n)}, "query_summary": {}} for n in range(5)]
    code, mentions, _ = run("steam", *bodies(tmp_path, *merged))
    assert (code, ids(mentions)) == (0, ["0", "1", "2", "3", "4"])
    assert len({m["place"] for m in mentions}) == 5


def test_bare_bodies_of_a_search_need_no_settings(run: Run, tmp_path: Path) -> None:
    found = [{"accounts": [], "statuses": [status(n)], "hashtags": []} for n in (9, 8)]
    code, mentions, _ = run("mastodon", *bodies(tmp_path, *found))
    assert (code, ids(mentions)) == (0, ["9", "8"])


def test_a_reader_that_has_had_enough_gets_no_traceback(tmp_path: Path) -> None:
    import subprocess
    import sys

    items = "".join(f"<item><guid>{n}</guid><title>{'x' * 900}</title></item>" for n in range(900))
    feed = tmp_path / "feed.xml"
    feed.write_text(f"<rss version='2.0'><channel>{items}</channel></rss>")
    command = [sys.executable, "-m", "tidings.testing", "replay", "rss", str(feed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read().decode()
    assert "Traceback" not in told
    assert process.returncode == 1
