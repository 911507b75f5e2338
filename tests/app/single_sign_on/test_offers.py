"""An identity that is offered to be linked."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine

from app.single_sign_on import offers
from app.single_sign_on.shape import Person

ONE, OTHER, PROVIDER = (uuid.UUID(int=n) for n in (1, 2, 3))
LEI = Person(subject="lei-1", email="lei@shop.example", name="李雷", groups=("ops",))


def test_it_is_for_one_session_and_ten_minutes(configured: None) -> None:
    sealed = offers.sealed(PROVIDER, ONE, LEI)
    found = offers.opened(sealed, ONE)
    assert found is not None
    assert (found.provider, found.person.subject, found.person.name) == (PROVIDER, "lei-1", "李雷")
    assert "lei" not in sealed

    assert offers.opened(sealed, OTHER) is None
    with time_machine.travel(dt.datetime.now(dt.UTC) + offers.LIFETIME, tick=False):
        assert offers.opened(sealed, ONE) is None


@pytest.mark.parametrize("text", ["", "x", "é", "x" * 20_000])
def test_what_we_did_not_seal_is_none(configured: None, text: str) -> None:
    assert offers.opened(text, ONE) is None
