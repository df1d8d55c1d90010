"""Every built-in connector stands the conformance kit, over a simulated source of its shape."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from likes import (
    FIXTURES,
    AtomLike,
    BlueskyLike,
    HackerNewsLike,
    MastodonLike,
    MastodonSearchLike,
    NumberedMastodonLike,
    ShopLike,
    SteamLike,
)

from connectors.bluesky import Bluesky
from connectors.files import Files
from connectors.hackernews import HackerNews
from connectors.mastodon import Mastodon
from connectors.reviews import Reviews
from connectors.rss import Rss
from connectors.steam import Steam
from tidings.connector import registered
from tidings.testing import ConnectorContract, Recorded

INSTANCE = "https://social.example"


class TestMastodon(ConnectorContract):
    connector = Mastodon(instance=INSTANCE, hashtags=("fjallsmide",))
    origin = MastodonLike()


class TestMastodonOfAnotherMake(ConnectorContract):
    connector = Mastodon(instance=INSTANCE, hashtags=("fjallsmide",))
    origin = NumberedMastodonLike()


class TestMastodonSearch(ConnectorContract):
    connector = Mastodon(instance=INSTANCE, queries=("anvil",), credential="mastodon")
    origin = MastodonSearchLike()


class TestBluesky(ConnectorContract):
    connector = Bluesky(queries=("anvil",))
    origin = BlueskyLike()


class TestHackerNews(ConnectorContract):
    connector = HackerNews(queries=("anvil",))
    origin = HackerNewsLike()


class TestSteam(ConnectorContract):
    connector = Steam(app=7)
    origin = SteamLike()


class TestRss(ConnectorContract):
    connector = Rss(urls=("https://blog.example/feed.xml",))
    origin = AtomLike()


class TestReviews(ConnectorContract):
    connector = Reviews(urls=("https://shop.example/anvil/reviews",))
    origin = ShopLike()


class TestFiles(ConnectorContract):
    connector = Files(
        folder=str(FIXTURES / "dropped"),
        pattern="*.csv",
        columns={
            "external_id": "id",
            "published": "answered_at",
            "rating": "score",
            "text": "comment",
        },
        constants={"kind": "survey", "rating_min": 0, "rating_max": 10},
        rows_per_page=2,
    )
    origin = Recorded()
    expected = 5


WITHOUT = {"dlt", "imap", "nostr", "singer", "webhook"}
"""Connectors that ask nothing over HTTP: their own tests hold them to the same promises."""


def test_no_built_in_connector_is_left_out() -> None:
    modules = [import_module(path.stem) for path in Path(__file__).parent.glob("test_*.py")]
    kits = {
        kit
        for module in modules
        for name, kit in vars(module).items()
        if name.startswith("Test") and issubclass(kit, ConnectorContract)
    }
    tested = {kit.connector.source for kit in kits}
    assert set(registered()) - WITHOUT == tested - WITHOUT
