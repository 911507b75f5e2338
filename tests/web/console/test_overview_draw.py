"""Bars and squares of the overview."""

from __future__ import annotations

from web.console.overview_draw import HEIGHT, WIDTH, chart, heat


def test_bars_stand_on_the_ground_and_the_highest_fills_the_room() -> None:
    found = chart([(4, 2), (0, 1)])
    assert found.most == 4
    assert [round(rect.height) for rect in found.rects] == [HEIGHT, 50, 25]
    assert all(rect.y + rect.height == HEIGHT for rect in found.rects)
    assert all(0 <= rect.x <= rect.x + rect.width <= WIDTH for rect in found.rects)
    assert [rect.look for rect in found.rects] == ["new", "handled", "handled"]


def test_nothing_has_no_bars() -> None:
    assert chart([]).rects == chart([(0, 0)]).rects == []


def test_any_is_darker_than_none_and_the_most_is_darkest() -> None:
    looks = [rect.look for rect in heat({"mon-00": 1, "mon-01": 100, "sun-23": 50}).rects]
    assert (looks[0], looks[1], looks[2], looks[-1]) == ("l1", "l4", "l0", "l2")
    assert len(looks) == 7 * 24
    assert {rect.look for rect in heat({}).rects} == {"l0"}
