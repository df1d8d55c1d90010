"""Discussions of a GitHub repository with their comments and replies, by GitHub's GraphQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import msgspec

from connectors.github_discussion import Listed, Reader
from connectors.github_issue import judge
from connectors.newest_first import NewestFirst, identity, loop, times
from connectors.onward import Onward
from tidings.connector import Cursor, Page, Rejected
from tidings.errors import (
    AuthError,
    NotFound,
    RateLimited,
    SourceChanged,
    SourceError,
    TransientError,
)
from tidings.http import Answer, Http
from tidings.mention import Mention

_SAID = "id url bodyText createdAt lastEditedAt upvoteCount author{login}"
_LIST = "pageInfo{hasNextPage endCursor} nodes"
_REPLIES = f"{_LIST}{{{_SAID} databaseId isAnswer}}"
_COMMENTS = f"{_LIST}{{{_SAID} databaseId isAnswer replies(first:20){{{_REPLIES}}}}}"

DISCUSSIONS = f"""query($owner:String!,$name:String!,$after:String){{
repository(owner:$owner,name:$name){{nameWithOwner
discussions(first:25,after:$after,orderBy:{{field:UPDATED_AT,direction:DESC}}){{
totalCount {_LIST}{{{_SAID} number title updatedAt category{{isAnswerable}}
comments(first:50){{totalCount {_COMMENTS}}}}}}}}}}}"""
"""The newest change first: GraphQL knows no 'since' here."""

MORE = f"""query($id:ID!,$after:String){{node(id:$id){{
...on Discussion{{comments(first:50,after:$after){{{_COMMENTS}}}}}
...on DiscussionComment{{replies(first:50,after:$after){{{_REPLIES}}}}}}}}}"""
"""What of a discussion's comments, or of a comment's replies, did not come with it."""

_ERRORS: dict[str, type[SourceError]] = {
    "RATE_LIMITED": RateLimited,
    "RATE_LIMIT": RateLimited,
    "NOT_FOUND": NotFound,
    "FORBIDDEN": AuthError,
    "INSUFFICIENT_SCOPES": AuthError,
}


def discussions(
    http: Http, url: str, headers: dict[str, str], repository: str, walk: NewestFirst
) -> Iterator[Page]:
    """Walk the discussions of ``repository`` from the newest change back to what was seen earlier.

    ``url`` is GraphQL's address. Lists that go on are read to their end right after the page that
    they belong to. SourceChanged where the pages lead round in a circle.
    """
    owner, _, name = repository.partition("/")
    ask = partial(_ask, http, url, headers)
    onward = Onward()
    given, after = walk.given, None
    while True:
        answer, told = ask(DISCUSSIONS, {"owner": owner, "name": name, "after": after})
        found = _listed(told, answer, "repository", "discussions")
        fresh = walk.fresh(found.nodes, lambda record: identity(record, "id"))
        if found.nodes and not fresh:
            raise loop(answer, "this page brings only discussions that came before")
        reader = Reader(_name(told, answer))
        mentions, rejected, left = reader.discussions(fresh)
        behind = walk.passed(times(found.nodes, "updatedAt"))
        ended = behind or not found.page_info.has_next_page
        yield _page(walk, mentions, rejected, answer, _last(walk, given, ended and not left))
        while left:
            more = left.pop(0)
            answer, told = ask(MORE, {"id": more.id, "after": more.after})
            rest = _listed(told, answer, "node", "replies", "comments")
            mentions, rejected, further = reader.comments(rest, more.id, more.parent)
            for one in further:
                onward.follow(f"{one.id} {one.after}", answer, records=len(rest.nodes))
            left = further + left
            yield _page(walk, mentions, rejected, answer, _last(walk, given, ended and not left))
        if ended:
            return
        after = onward.follow(found.page_info.end_cursor or "", answer, records=len(found.nodes))


def _last(walk: NewestFirst, given: Cursor | None, ended: bool) -> Cursor | None:
    return walk.finished() if ended else given


def _page(
    walk: NewestFirst,
    mentions: Sequence[Mention],
    rejected: list[Rejected],
    answer: Answer,
    cursor: Cursor | None,
) -> Page:
    wanted = [m for m in mentions if walk.wants(m)]
    return Page(mentions=wanted, rejected=rejected, cursor=cursor, raw=[answer])


def _ask(
    http: Http, url: str, headers: dict[str, str], query: str, variables: dict[str, Any]
) -> tuple[Answer, Any]:
    asked = {"query": query, "variables": variables}
    answer = http.post(url, json=asked, headers=headers, repeatable=True, judge=_judge)
    return answer, answer.json(dict[str, Any])


def _judge(answer: Answer) -> SourceError | None:
    """Read the errors that GraphQL tells with status 200."""
    if answer.status != 200:
        return judge(answer)
    try:
        told = msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return None
    errors = told.get("errors")
    if not isinstance(errors, list) or not errors:
        return None
    first = errors[0] if isinstance(errors[0], dict) else {}
    said = str(first.get("message", errors[0]))[:200]
    slow = "timed out" in said or "timeout" in said or "went wrong" in said.lower()
    kind = _ERRORS.get(str(first.get("type")), TransientError if slow else SourceChanged)
    return kind(
        f"GitHub's GraphQL answered with an error: {said!r}.",
        remedy="Check the repository's name, that it has discussions, and the token's rights.",
    )


def _listed(told: Any, answer: Answer, outer: str, *inner: str) -> Listed:
    try:
        node = told["data"][outer]
        found = next(node[name] for name in inner if name in node)
        return msgspec.json.decode(msgspec.json.encode(found), type=Listed)
    except (KeyError, TypeError, StopIteration, msgspec.ValidationError) as error:
        what = f"list of {' or '.join(inner)}: {type(error).__name__}: {error}"
        raise _changed(answer, what) from error


def _name(told: Any, answer: Answer) -> str:
    """Return how GitHub itself spells the repository, as it does with issues."""
    name = told["data"]["repository"].get("nameWithOwner")
    if not isinstance(name, str) or not name:
        raise _changed(answer, f"name of the repository: nameWithOwner is {name!r}")
    return name


def _changed(answer: Answer, what: str) -> SourceChanged:
    return SourceChanged(
        f"{answer.url} gave no {what}.",
        remedy="Look at the kept page.",
        url=answer.url,
        answer=answer,
    )
