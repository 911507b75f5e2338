"""What is on record of a try."""

from __future__ import annotations

import datetime as dt

import msgspec

from app.channels.sender import Acceptance
from app.deliveries.tries import RECIPIENTS_MAX, Reached, Try, finished, kept, reached
from app.errors import SendError
from app.tables import new_id

NOW = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)


def recipients(outcome: Acceptance | SendError) -> list[Reached]:
    return msgspec.json.decode(kept(outcome).recipients, type=list[Reached])


def test_each_recipient_has_its_state_and_who_did_not_get_it_is_never_cut_off() -> None:
    taken = Acceptance(accepted=("user:li",), refused={"user:zhao\n": "invalid\x00"})
    assert recipients(taken) == [
        Reached(who="user:zhao", state="refused", why="invalid"),
        Reached(who="user:li", state="accepted"),
    ]
    failed = SendError("permanent_config", "81013", refused={"party:2": "invalid"})
    assert recipients(failed) == [Reached(who="party:2", state="refused", why="invalid")]

    many = {f"u{n}": "invalid" for n in range(RECIPIENTS_MAX + 5)}
    found = recipients(Acceptance(accepted=("a", "b"), refused=many))
    assert len(found) == RECIPIENTS_MAX + 5
    assert {each.state for each in found} == {"refused"}


def test_who_is_told_alone_is_not_kept() -> None:
    taken = Acceptance(accepted=("visitor@example.com",))

    told = finished(new_id(), taken, 5, NOW)
    alone = finished(new_id(), taken, 5, NOW, alone=True)

    assert "visitor@example.com" in str(told)
    assert "visitor@example.com" not in str(alone)


def test_what_was_erased_meanwhile_is_repeated_by_nobody() -> None:
    said = SendError(
        "retry", "7", "words", hint="words", facts={"a": "words"}, refused={"words": "words"}
    )
    row = finished(new_id(), said, 5, NOW, erased=True)

    assert "words" not in str(row)
    assert (row.outcome, row.code, row.facts, row.recipients) == ("retry", "7", "{}", "[]")


def test_the_last_try_that_says_something_counts() -> None:
    def tried(*found: Reached) -> Try:
        return Try(
            number=1,
            started_at=NOW,
            finished_at=NOW,
            outcome="ok",
            code="",
            message="",
            hint="",
            facts={},
            http_status=None,
            duration_ms=None,
            response="",
            recipients=list(found),
        )

    first = tried(
        Reached(who="A@example.com", state="refused", why="busy"),
        Reached(who="b@example.com", state="accepted"),
    )
    second = tried(Reached(who="a@example.com", state="accepted"))

    assert reached([first, tried(), second]) == [
        Reached(who="a@example.com", state="accepted"),
        Reached(who="b@example.com", state="accepted"),
    ]
