"""The number that a visitor is given."""

import re
import uuid

import pytest

from app.signed import reference

ORG = uuid.uuid4()


@pytest.mark.usefixtures("configure")
def test_it_looks_as_promised() -> None:
    assert re.fullmatch(r"LM-[0-9A-HJKMNP-TV-Z]{6}", reference.of(ORG, 1))


@pytest.mark.usefixtures("configure")
def test_no_two_messages_share_one() -> None:
    assert len({reference.of(ORG, count) for count in range(20_000)}) == 20_000


@pytest.mark.usefixtures("configure")
def test_it_does_not_tell_how_many_there_are() -> None:
    first, second = reference.of(ORG, 1), reference.of(ORG, 2)
    assert first[:6] != second[:6]
