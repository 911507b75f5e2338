"""What all kinds share."""

from __future__ import annotations

import pytest

from app.channels.sender import remedy, template_file
from app.errors import SendError
from tests.app.channels.things import parcel


@pytest.mark.parametrize("softer", ["", "fallback", "neutral"])
def test_a_failure_says_which_softer_form_may_pass(softer: str) -> None:
    assert remedy(SendError("permanent_content", "1", facts={"remedy": softer})) == softer


def test_a_failure_that_says_nothing_has_no_softer_form() -> None:
    assert remedy(SendError("retry", "timeout")) == ""


@pytest.mark.parametrize("kind", ["plain", "wecom", "dingtalk", "feishu", "email"])
def test_there_is_a_template_in_each_language(kind: str) -> None:
    chinese, english = template_file(kind, "zh-CN"), template_file(kind, "en")

    assert chinese != english
    assert chinese.count("{{") == english.count("{{")
    assert template_file(kind, "zh-HK") == chinese
    assert template_file(kind, "de") == english


@pytest.mark.parametrize(
    ("earlier", "tries"),
    [(None, 4), ((), 1), (("a",), 2), (("a", "b"), 1), (("a", "b", "a", "a"), 3), (("a", "a"), 3)],
)
def test_only_the_tries_in_a_row_count(earlier: tuple[str, ...] | None, tries: int) -> None:
    assert parcel(attempt=4, earlier=earlier).in_a_row("a") == tries
