"""Hidden values that a page sends along."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.widget import Setup, facts_from

ALLOWED = Setup(context=("order_no", "plan", "订单号"))


def test_only_listed_names_arrive() -> None:
    text = '{"plan":"pro","order_no":12,"is_admin":true,"订单号":"A-1"}'

    assert facts_from(ALLOWED, text) == {"order_no": "12", "plan": "pro", "订单号": "A-1"}


def test_without_a_list_nothing_arrives() -> None:
    assert facts_from(Setup(), '{"plan":"pro"}') == {}


def test_what_is_not_text_is_left_out_and_long_text_is_cut() -> None:
    text = '{"plan":["a"],"order_no":"' + "9" * 3000 + '","订单号":null}'

    assert facts_from(ALLOWED, text) == {"order_no": "9" * 2000}


@pytest.mark.parametrize(
    "text", ["", "null", "[]", '"x"', "{", "x" * 20_000, '{"plan":"a\\u0000"}']
)
def test_nonsense_is_never_the_visitors_fault(text: str) -> None:
    assert facts_from(ALLOWED, text) in ({}, {"plan": "a"})


@given(st.text())
def test_nothing_makes_it_fail(text: str) -> None:
    facts_from(ALLOWED, text)
