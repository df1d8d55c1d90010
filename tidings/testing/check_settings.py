"""Checks of a connector's settings, name and secrets."""

from __future__ import annotations

import re

import msgspec

from tidings.connector import configure
from tidings.errors import ConfigurationError
from tidings.testing.driving import made_up_secret, walk
from tidings.testing.expecting import expect
from tidings.testing.subject import Subject


class SettingsChecks(Subject):
    """What a connector is before it walks."""

    def test_settings_are_strict(self) -> None:
        """The connector is frozen, and a setting that it does not know is refused."""
        kind = type(self.connector)
        frozen = bool(kind.__struct_config__.frozen)
        expect(frozen, f"{kind.__name__} is not frozen: a walk could change its own settings")
        settings = msgspec.to_builtins(self.connector)
        try:
            configure(kind, {**settings, "no_such_setting": 1})
        except ConfigurationError:
            return
        raise AssertionError("A setting with a spelling mistake is taken in silence.")

    def test_introduces_itself(self) -> None:
        """It has a name fit for watch files, and an example that is valid."""
        kind = type(self.connector)
        fit = re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", kind.source)
        expect(bool(fit), f"source is {kind.source!r}: use a-z, 0-9, _ and -")
        expect(bool(kind.about.collects), "about.collects does not say what it collects")
        configure(kind, kind.about.example, "about.example")

    def test_splits_into_places(self) -> None:
        """``split`` gives one connector of the same kind for each place, each with its own id."""
        places = self.connector.split()
        expect(bool(places), "split() gives no place to walk")
        ids = [place.walk_id() for place in places]
        expect(len(set(ids)) == len(ids), "Two places have the same walk_id()", ids)
        again = [place.walk_id() for place in self._copy().split()]
        expect(ids == again, "walk_id() changes although the settings are the same", ids)
        expect(all(p.label() for p in places), "label() gives no name for people")

    def test_secrets_stay_out(self) -> None:
        """No secret is in cursors, mentions, rejected records or names."""
        asked: list[str] = []

        def secret(name: str) -> str:
            asked.append(name)
            return made_up_secret(name)

        done = walk(self.connector, self.origin.fresh().answer, secrets=secret, bound=self.bound)
        names = [*done.cursors, self.connector.label()]
        kept = [(page.mentions, page.cursor, page.rejected) for page in done.pages]
        text = msgspec.json.encode([names, kept], enc_hook=repr).decode()
        told = sorted({name for name in asked if made_up_secret(name) in text})
        expect(not told, "What is kept tells secrets", told)
