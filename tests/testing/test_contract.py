"""The kit lets sound connectors pass, and each broken one is caught by the check made for it."""

from __future__ import annotations

import unittest
from typing import Any

import broken
import broken_again
import pytest

from tidings.connector import asks_again
from tidings.testing import ConnectorContract, Simulated

NEWEST = Simulated()
OLDEST = Simulated(order="oldest")
BY_LINK = Simulated(paging="max_id")
BY_NUMBER = Simulated(paging="page")


KILLS = [
    (
        broken.LeavesOutThePageAfterNext,
        BY_NUMBER,
        "walk_ends_and_asks_for_every_page",
        "never asked for",
    ),
    (broken.StopsAtAShortPage, NEWEST, "walk_ends_and_asks_for_every_page", "never asked for"),
    (broken.AdvancesBeforeTheEnd, NEWEST, "goes_on_after_any_page", "misses 7 of 10"),
    (broken.SkipsAPage, NEWEST, "walk_ends_and_asks_for_every_page", "9 mentions, not 10"),
    (broken.DiesWhenNothingIsNew, NEWEST, "quiet_walk_ends", "ValueError"),
    (broken.LooksAheadWhenItGoesOn, NEWEST, "news_arrives_after_a_stop", "with news since then"),
    (broken.LosesTheNewestOnRestart, NEWEST, "news_arrives", "misses"),
    (broken.LosesTiesAndLateOnes, NEWEST, "news_arrives", "misses 2"),
    (broken.LosesLateOnes, NEWEST, "news_arrives", "misses 1"),
    (broken.LocalTime, NEWEST, "same_in_any_time_zone", "published"),
    (broken.NaiveTime, NEWEST, "times_are_utc", "not an aware time"),
    (broken.UnstableIds, NEWEST, "second_walk_gives_the_same", "other keys"),
    (broken.ReusesIds, NEWEST, "keys_are_unique", "kari"),
    (broken.WrongSource, NEWEST, "mentions_are_legal", "'elsewhere'"),
    (broken.IllegalValues, NEWEST, "mentions_are_legal", "'English'"),
    (broken.SwallowsServerErrors, NEWEST, "server_error_is_no_end", "a 500"),
    (broken.SwallowsServerErrors, NEWEST, "throttling_is_no_end", "a 429"),
    (broken.SwallowsServerErrors, NEWEST, "broken_connection_is_no_end", "broken connection"),
    (broken.SwallowsRefusals, NEWEST, "refusal_is_no_end", "a 401"),
    (broken.TakesHtmlForTheEnd, NEWEST, "html_is_no_end", "HTML"),
    (broken.TakesAnEmptyBodyForTheEnd, NEWEST, "empty_body_is_no_end", "empty body"),
    (broken.TakesBrokenJsonForTheEnd, NEWEST, "cut_json_is_no_end", "cut in half"),
    (broken.LoopsForEver, NEWEST, "same_page_for_ever_ends", "for ever"),
    (
        broken.EatsABadRecord,
        NEWEST,
        "bad_record_is_rejected_alone",
        "nothing is in Page.rejected",
    ),
    (broken.DiesOfABadRecord, NEWEST, "bad_record_is_rejected_alone", ""),
    (broken.MakesAMentionOfABadRecord, NEWEST, "bad_record_is_rejected_alone", "None"),
    (broken.AsksEagerly, NEWEST, "asks_lazily", "requests were made"),
    (broken.CursorIsNoJson, NEWEST, "cursor_is_json", "no JSON"),
    (broken.KeepsStateBetweenWalks, NEWEST, "second_walk_gives_the_same", "other keys"),
    (broken.SharesItsPlaceInTheWalk, NEWEST, "walks_do_not_disturb_each_other", "other keys"),
    (broken.KeepsNoRaw, NEWEST, "raw_answers_are_kept", "no raw answer"),
    (broken.KeepsSomethingElseAsRaw, NEWEST, "raw_answers_are_kept", "never gave"),
    (broken.HiddenNetwork, NEWEST, "only_the_client_reaches_the_network", "127.0.0.1"),
    (broken.TellsItsSecret, NEWEST, "secrets_stay_out", "notes"),
    (broken.TakesAnySetting, NEWEST, "settings_are_strict", "spelling mistake"),
    (broken.HasNoExample, NEWEST, "introduces_itself", "about.example"),
    (broken.GivesTwoPlacesOneCursor, NEWEST, "splits_into_places", "same walk_id"),
    *broken_again.KILLS,
]


def repr_of(value: object) -> str:
    """Name a parameter of a test."""
    return value.__name__ if isinstance(value, type) else ""


def verdicts(connector: Any, origin: Simulated) -> tuple[dict[str, str], list[str]]:
    """Run all checks over ``connector``; return why some fail, by check, and which are skipped."""
    kit = type("Kit", (ConnectorContract,), {"connector": connector, "origin": origin})
    failed, skipped = {}, []
    for check in kit.checks():
        broken.SEEN.clear()
        try:
            getattr(kit(), check)()
        except unittest.SkipTest:
            skipped.append(check)
        except Exception as error:  # noqa: BLE001 - a check that dies of the connector has killed it
            failed[check] = f"{type(error).__name__}: {error}"
    return failed, skipped


@pytest.mark.parametrize(
    ("kind", "origin"),
    [
        (broken.Sound, NEWEST),
        (broken.Sound, Simulated(records=1)),
        (broken.Sound, Simulated(records=40, page_size=5, short_at=(0, 11))),
        (broken.SoundOldestFirst, OLDEST),
        (broken.SoundByLink, BY_LINK),
        (broken.SoundByNumber, BY_NUMBER),
        (broken_again.SoundAgain, broken_again.ORIGIN),
    ],
)
def test_sound_connectors_pass(kind: Any, origin: Simulated) -> None:
    failed, skipped = verdicts(kind(), origin)
    assert failed == {}
    again = [check for check in skipped if check.startswith("test_asked_again")]
    assert skipped == again
    assert again == [] or not asks_again(kind)


@pytest.mark.parametrize(("kind", "origin", "check", "message"), KILLS, ids=repr_of)
def test_broken_connectors_are_caught(
    kind: Any, origin: Simulated, check: str, message: str
) -> None:
    failed, _ = verdicts(kind(), origin)
    assert f"test_{check}" in failed, f"lives on; failing were {failed}"
    assert message in failed[f"test_{check}"]


def test_every_check_catches_something() -> None:
    assert {f"test_{check}" for _, _, check, _ in KILLS} == set(ConnectorContract.checks())
