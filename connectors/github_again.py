"""Issues of GitHub and comments on them, asked for one by one: there is no listing by number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import msgspec

from connectors.again import believed, gone
from connectors.github_issue import judge, read_comment, read_issue
from tidings.connector import Key, Page, read_records
from tidings.errors import NotFound, SourceChanged
from tidings.http import Answer, Http

COMMENT = "issuecomment-"


class _Told(msgspec.Struct, frozen=True):
    message: str


def is_asked_for(key: Key) -> bool:
    """Tell whether a mention is an issue, a pull request or a comment on one."""
    number = key.external_id.removeprefix(COMMENT)
    return number.isdecimal() and "/discussions/" not in (key.url or "")


def issues_again(
    http: Http, address: str, headers: Mapping[str, str], keys: Sequence[Key]
) -> Iterator[Page]:
    """Ask the API at ``address`` for ``keys``; SourceChanged where it knows none of many.

    An issue that was moved to another repository comes as what it is there.
    """
    missing: list[Key] = []
    last: Answer | None = None
    for key in keys:
        try:
            last = http.get(f"{address}/repos/{_path(key)}", headers=headers, judge=judge)
        except NotFound as error:
            last = _told(error)
            missing.append(key)
            continue
        kind = read_comment if key.external_id.startswith(COMMENT) else read_issue
        record: msgspec.Raw = last.json(msgspec.Raw)
        mentions, rejected = read_records([record], partial(kind, pull_requests=True))
        yield Page(mentions=mentions, rejected=rejected, cursor=None, raw=[last])
    if missing and last is not None:
        told = gone(believed(last, keys, missing), "GitHub shows it no more")
        yield Page(mentions=[], cursor=None, raw=[last], gone=told)


def _path(key: Key) -> str:
    if key.external_id.startswith(COMMENT):
        return f"{key.place}/issues/comments/{key.external_id.removeprefix(COMMENT)}"
    return f"{key.place}/issues/{key.external_id}"


def _told(error: NotFound) -> Answer:
    """Return the answer in which GitHub says in its own words that there is no such thing."""
    answer = error.answer
    try:
        if answer is not None and msgspec.json.decode(answer.body, type=_Told).message:
            return answer
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    raise SourceChanged(
        f"{error.url} is not found, and not in the words of GitHub's API.",
        remedy="Is 'base_url' still the API? Look at the kept page.",
        url=error.url,
        answer=answer,
    ) from error
