"""What a template leaves open in front of a variable."""

from __future__ import annotations

import time

import pytest

from app.notices import markup


@pytest.mark.parametrize("before", ["<@", "<", "<\n@", "<at x", "[a](", "[a](b(c)", "https://x?a="])
def test_what_is_open_acts(before: str) -> None:
    assert markup.acts(before)


@pytest.mark.parametrize("before", ["", "a < b ", "<@x> ", "[a](b(c)) (", "https://x ", "电话："])
def test_what_is_closed_does_not(before: str) -> None:
    assert not markup.acts(before)


@pytest.mark.parametrize("sign", ["<", "](", "://", "(", "< "])
def test_long_nonsense_is_quick(sign: str) -> None:
    start = time.process_time()
    markup.acts(sign * 4096)

    assert time.process_time() - start < 0.2
