"""brand."""

from __future__ import annotations

from collections.abc import Callable

from tests.cli.conftest import Done, answer, refused

TypeIn = Callable[..., Done]


def test_one_is_added_renamed_archived_and_opened_again(type_in: TypeIn) -> None:
    made = answer(type_in("brand", "add", "tea", "--name", "茶馆", "--like", "default", "--json"))
    assert (made["slug"], made["name"], made["archived"]) == ("tea", "茶馆", False)
    assert "This address is taken" in refused(type_in("brand", "add", "tea", "--name", "x"), 4)
    refused(type_in("brand", "add", "coffee", "--name", "x", "--like", "none"), 3)
    assert type_in("brand", "rename", "tea", "--name", "茶庄").stdout == "tea  茶庄\n"
    assert type_in("brand", "archive", "tea").stdout == "tea  茶庄  archived\n"
    assert "first brand stays" in refused(type_in("brand", "archive", "default"), 4)
    assert type_in("brand", "list").stdout == "default  Leavemsg\ntea  茶庄  archived\n"
    assert type_in("brand", "restore", "tea").stdout == "tea  茶庄\n"
    refused(type_in("brand", "rename", "none", "--name", "x"), 3)


def test_messages_of_one_are_listed_alone(type_in: TypeIn) -> None:
    type_in("brand", "add", "tea", "--name", "茶馆")
    assert answer(type_in("message", "list", "--brand", "tea", "--json")) == []
    assert answer(type_in("message", "list", "--brand", "default", "--json")) == []
    refused(type_in("message", "list", "--brand", "none"), 3)
    exported = type_in("message", "export", "--format", "csv", "--brand", "tea").stdout
    assert "品牌" in exported
