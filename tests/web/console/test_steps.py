"""How to get what a form asks for."""

from __future__ import annotations

import pytest

from app.channels import KINDS
from web.console.steps import steps
from web.http import words


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_explained_in_both_languages(kind: str) -> None:
    assert len(steps(kind)) >= 3
    for step in steps(kind):
        assert words.say("zh-CN", step) != step
