"""organization."""

from __future__ import annotations

from collections.abc import Callable

from tests.cli.conftest import PASSWORD, Done, answer, refused

TypeIn = Callable[..., Done]


def test_one_is_made_listed_and_renamed(type_in: TypeIn) -> None:
    owner = ("admin", "create", "--email", "owner@shop.example", "--password-stdin")
    type_in(*owner, input=PASSWORD)
    made = type_in(
        "organization", "create", "second", "--name", "第二家", "--owner", "owner@shop.example"
    )
    assert made.stdout == "second  第二家\n"
    again = type_in("organization", "create", "second", "--name", "x")
    assert "This address is taken" in refused(again, 4)
    nobody = ("--owner", "nobody@shop.example")
    refused(type_in("organization", "create", "third", "--name", "x", *nobody), 3)
    renamed = answer(type_in("organization", "rename", "second", "--name", "新名字", "--json"))
    assert (renamed["slug"], renamed["name"]) == ("second", "新名字")
    refused(type_in("organization", "rename", "nowhere", "--name", "x"), 3)
    listed = type_in("organization", "list").stdout
    assert listed == "default  Leavemsg\nsecond  新名字\n"

    assert type_in("organization", "disable", "second").stdout == "second is disabled.\n"
    assert type_in("organization", "list").stdout.endswith("second  新名字  disabled\n")
    refused(type_in("organization", "disable", "default"), 4)
    type_in("organization", "enable", "second")
    assert not answer(type_in("organization", "list", "--json"))[1]["disabled_at"]

    moved = ("admin", "change-email", "--email", "owner@shop.example", "--new")
    assert type_in(*moved, "boss@shop.example").stdout == "boss@shop.example can sign in.\n"
    type_in(*moved[:3], "boss@shop.example", "--new", "owner@shop.example")

    role = ("admin", "disable", "--email", "owner@shop.example")
    assert "default, second" in refused(type_in(*role), 4)
    refused(type_in(*role, "--organization", "nowhere"), 3)
    assert "Somebody must stay an owner" in refused(type_in(*role, "--organization", "second"), 4)
