"""maintenance."""

from __future__ import annotations

from collections.abc import Callable

from tests.cli.conftest import Done

TypeIn = Callable[..., Done]


def test_it_is_switched_on_and_off_and_says_so(type_in: TypeIn) -> None:
    assert type_in("maintenance", "status").stdout == "Off.\n"
    assert type_in("maintenance", "on").stdout == "Only visitors are served now.\n"
    assert type_in("maintenance", "on").stdout == "It is on already.\n"
    assert type_in("maintenance", "status").stdout.startswith("On since 2")
    assert type_in("maintenance", "off").stdout == "Everybody is served again.\n"
    assert type_in("maintenance", "off").stdout == "It is off already.\n"
