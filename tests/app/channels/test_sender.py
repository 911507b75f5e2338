"""What all kinds share."""

from __future__ import annotations

import pytest

from app.channels.sender import remedy, template_file
from app.errors import SendError


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
