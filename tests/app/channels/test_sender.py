"""What all kinds share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.channels.kinds import KINDS
from app.channels.sender import plain_text, remedy
from app.errors import SendError
from app.languages import LANGUAGES, SOURCE
from tests.app.channels.things import parcel


@pytest.mark.parametrize("softer", ["", "fallback", "neutral"])
def test_a_failure_says_which_softer_form_may_pass(softer: str) -> None:
    assert remedy(SendError("permanent_content", "1", facts={"remedy": softer})) == softer


def test_a_failure_that_says_nothing_has_no_softer_form() -> None:
    assert remedy(SendError("retry", "timeout")) == ""


@pytest.mark.parametrize(
    "text_in", [plain_text, *(kind.own_text for kind in KINDS.values() if kind.writes != "json")]
)
def test_there_is_a_template_in_each_language(text_in: Callable[[str], str]) -> None:
    english, *others = (text_in(tag) for tag in (SOURCE, *(set(LANGUAGES) - {SOURCE})))

    assert english not in others
    assert {other.count("{{") for other in others} == {english.count("{{")}
    assert text_in("en-GB") == english


@pytest.mark.parametrize(
    ("earlier", "tries"),
    [(None, 4), ((), 1), (("a",), 2), (("a", "b"), 1), (("a", "b", "a", "a"), 3), (("a", "a"), 3)],
)
def test_only_the_tries_in_a_row_count(earlier: tuple[str, ...] | None, tries: int) -> None:
    assert parcel(attempt=4, earlier=earlier).in_a_row("a") == tries
