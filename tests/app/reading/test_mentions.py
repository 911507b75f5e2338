"""Whom a note names with an @."""

from __future__ import annotations

import pytest

from app.reading.mentions import Called, mentioned, pieces, written

PEOPLE = [
    Called("li", "Li", "li@shop.example"),
    Called("lisa", "Lisa", "lisa@shop.example"),
    Called("anna", "Anna Smith", "anna@shop.example"),
    Called("zhang", "张三", "zs@shop.example"),
    Called("feng", "张三丰", "zsf@shop.example"),
    Called("wang1", "王伟", "ww1@shop.example"),
    Called("wang2", "王伟", "ww2@shop.example"),
    Called("no", "no.name@shop.example", "no.name@shop.example"),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@Li please", ["li"]),
        ("@LISA, @li", ["lisa", "li"]),
        ("@Lister", []),
        ("请@张三看看，＠张三丰也看", ["zhang", "feng"]),
        ("@Anna Smith and @anna smithson", ["anna"]),
        ("write to a.b@li.example or me+x@Lisa", []),
        ("@王伟 看一下", ["wang1", "wang2"]),
        ("@王伟 (ww2@shop.example) 看一下", ["wang2"]),
        ("@王伟（ww1@shop.example）", ["wang1"]),
        ("@王伟 (明天)", ["wang1", "wang2"]),
        ("@no.name@shop.example hi", ["no"]),
        ("@Li @Li", ["li"]),
        ("(@Li)", ["li"]),
        ("@ Li, @@, @", []),
        ("nothing", []),
    ],
)
def test_names_are_told_from_other_text(text: str, expected: list[str]) -> None:
    assert mentioned(text, PEOPLE) == expected


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("请@张三看看，＠张三丰也看", ["@张三", "＠张三丰"]),
        ("@ＬＩＳＡ, a@Li, ａ@Li, @Nobody", ["@ＬＩＳＡ"]),
        ("@王伟 (ww2@shop.example) @no.name@shop.example", ["@王伟", "@no.name@shop.example"]),
        ("@Anna\u200b Smith, @L\u200bi", ["@Anna\u200b Smith", "@L\u200bi"]),
        ("@", []),
        ("", []),
    ],
)
def test_a_text_is_cut_where_names_are_and_loses_nothing(text: str, named: list[str]) -> None:
    found = pieces(text, PEOPLE)
    assert [piece for piece, is_name in found if is_name] == named
    assert "".join(piece for piece, _ in found) == text


def test_what_is_offered_names_nobody_else() -> None:
    for person in PEOPLE:
        assert mentioned(f"请{written(person, PEOPLE)} 看", PEOPLE) == [person.uid]
