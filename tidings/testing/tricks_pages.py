"""Hostile pages: they lead round, are empty, are something else than a page, or break off."""

from __future__ import annotations

import gzip
from functools import cache

import msgspec

from tidings.http import Answer
from tidings.testing.chain import emptied_of_records, fields, in_address, redirected
from tidings.testing.hostile_server import Reply
from tidings.testing.tricks import Asked, Trick

BOMB_BYTES = 64 * 1024 * 1024

HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in.</body></html>"
CAPTCHA = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>"
    b'<h1>Are you a robot?</h1><form action="/captcha"><input name="answer"></form></body></html>'
)
WORD = "Blåbærsyltetøy"
"""A word that comes out wrong where UTF-8 is read as anything else."""


class Loop(Trick):
    least_pages = 3

    def reply(self, asked: Asked) -> Reply:
        good = self.good(asked)
        if asked.number is None or asked.number < 2:
            return good
        self.shown = True
        return Reply(msgspec.structs.replace(self._good[0], url=asked.request.url))


class RepeatedPage(Trick):
    least_pages = 3

    def reply(self, asked: Asked) -> Reply:
        if asked.number != 2:
            return self.good(asked)
        self.shown = True
        return Reply(msgspec.structs.replace(self._good[1], url=asked.request.url))


class RepeatedCursor(Trick):
    least_pages = 3

    def unfit(self) -> str | None:
        return super().unfit() or (None if self._bent(self.chain.answers[1]) else "gives no cursor")

    def reply(self, asked: Asked) -> Reply:
        reply = self.good(asked)
        bent = self._bent(reply.answer) if asked.number == 1 else None
        self.shown = self.shown or bent is not None
        return Reply(bent) if bent else reply

    def _bent(self, answer: Answer) -> Answer | None:
        onward, back = self.chain.token(2), fields(self.chain.requests[1])
        return redirected(answer, onward, back, self.chain.ids)


class EmptyPage(Trick):
    least_pages = 2

    def unfit(self) -> str | None:
        if super().unfit() or self._between() is None:
            return "an empty page is its end"
        return None

    def reply(self, asked: Asked) -> Reply:
        named, between = fields(asked.request), self._between()
        if (
            asked.number is None
            or between is None
            or not self.chain.token(1).items() <= named.items()
        ):
            return self.good(asked)
        self.shown = True
        return Reply(between)

    def good(self, asked: Asked) -> Reply:
        """Return the good answer, also to the way on that the empty page gave."""
        return super().good(self._unmarked(asked))

    def _marked(self) -> dict[str, str]:
        return {k: f"{v}1" if v.isdigit() else f"{v}x" for k, v in self.chain.token(1).items()}

    def _between(self) -> Answer | None:
        empty = emptied_of_records(self.chain.answers[0], self.chain.ids)
        token = self.chain.token(1)
        return empty and redirected(empty, token, self._marked(), frozenset())

    def _unmarked(self, asked: Asked) -> Asked:
        request = asked.request
        for name, marked in self._marked().items():
            token = self.chain.token(1)[name]
            url = in_address(request.url, name, marked, token)
            body = request.body.replace(marked.encode(), token.encode())
            request = msgspec.structs.replace(request, url=url, body=body)
        return msgspec.structs.replace(asked, request=request)


class Instead(Trick):
    """The target page is something else, every time."""

    def reply(self, asked: Asked) -> Reply:
        good = self.good(asked)
        if asked.number != self.target:
            return good
        self.shown = True
        return self.instead(good.answer)

    def instead(self, good: Answer) -> Reply:
        """Return what comes in the place of the ``good`` answer."""
        raise NotImplementedError


class Html(Instead):
    def instead(self, good: Answer) -> Reply:
        return _page(good, 200, HTML)


class Captcha(Instead):
    def instead(self, good: Answer) -> Reply:
        return _page(good, 200, CAPTCHA)


class CaptchaRefused(Instead):
    def instead(self, good: Answer) -> Reply:
        return _page(good, 403, CAPTCHA)


class Reset(Instead):
    def instead(self, good: Answer) -> Reply:
        half = good.body[: len(good.body) // 2]
        return Reply(msgspec.structs.replace(good, body=half), more=len(good.body) - len(half) + 1)


class CutGzip(Instead):
    def instead(self, good: Answer) -> Reply:
        packed = gzip.compress(good.body, mtime=0)
        return _packed(good, packed[: len(packed) // 2])


class Bomb(Instead):
    def instead(self, good: Answer) -> Reply:
        return _packed(good, _bomb())


class CutBody(Instead):
    def instead(self, good: Answer) -> Reply:
        return Reply(msgspec.structs.replace(good, body=good.body[: len(good.body) // 2]))


class RedirectToMetadata(Instead):
    def instead(self, good: Answer) -> Reply:
        return _redirect(good, "http://169.254.169.254/latest/meta-data/")


class RedirectToLoopback(Instead):
    def instead(self, good: Answer) -> Reply:
        return _redirect(good, self.canary)


class WrongCharset(Trick):
    """The declared charset is wrong; a word that shows it is put into the texts."""

    changes_words = True

    def unfit(self) -> str | None:
        return None if self.chain.phrase else "no words were found in its answers"

    def reply(self, asked: Asked) -> Reply:
        answer, phrase = self.good(asked).answer, self.chain.phrase
        if phrase is None or phrase.encode() not in answer.body:
            return Reply(answer)
        self.shown = True
        kind = answer.headers.get("content-type", "text/plain").partition(";")[0]
        headers = {**answer.headers, "content-type": f"{kind}; charset=ISO-8859-1"}
        body = answer.body.replace(phrase.encode(), f"{phrase} {WORD}".encode())
        return Reply(msgspec.structs.replace(answer, headers=headers, body=body))

    def flaw(self, texts: set[str]) -> str | None:
        right = any(WORD in text for text in texts)
        return None if right else "the words come out wrong"


def _page(good: Answer, status: int, body: bytes) -> Reply:
    headers = {"content-type": "text/html; charset=utf-8"}
    return Reply(Answer(status=status, url=good.url, headers=headers, body=body))


def _packed(good: Answer, body: bytes) -> Reply:
    headers = {**good.headers, "content-encoding": "gzip"}
    return Reply(msgspec.structs.replace(good, headers=headers, body=body))


def _redirect(good: Answer, target: str) -> Reply:
    return Reply(Answer(status=302, url=good.url, headers={"location": target}))


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(BOMB_BYTES), mtime=0)
