"""A secret that a form carries while it comes back."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine

from app.single_sign_on import entered

ONE, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


def test_it_comes_back_to_its_session_for_half_an_hour(configured: None) -> None:
    sealed = entered.sealed(ONE, "s3cret")
    assert "s3cret" not in sealed
    assert entered.opened(sealed, ONE) == "s3cret"
    assert entered.opened(sealed, OTHER) == ""
    with time_machine.travel(dt.datetime.now(dt.UTC) + entered.LIFETIME, tick=False):
        assert entered.opened(sealed, ONE) == ""
    assert entered.sealed(ONE, "") == ""


@pytest.mark.parametrize("text", ["", "x", "é", "x" * 9_000])
def test_what_we_did_not_seal_is_nothing(configured: None, text: str) -> None:
    assert entered.opened(text, ONE) == ""
