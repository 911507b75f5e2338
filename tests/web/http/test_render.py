"""From a template to an answer."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from jinja2 import UndefinedError

from web.http import render


def test_a_value_is_text_and_not_markup() -> None:
    values = {"notice": "<b>", "after": 0}

    assert "&lt;b&gt;" in render.html("leave/notice.html", "en", values)


def test_a_forgotten_value_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render.html("leave/notice.html", "en", {})


async def test_two_languages_at_once_do_not_mix() -> None:
    async def one(locale: str) -> str:
        await asyncio.sleep(0)
        return render.html("leave/notice.html", locale, {"notice": "x", "after": 7})

    answers = await asyncio.gather(*(one(locale) for locale in ("en", "zh-CN") * 20))
    assert all("You can try again in 7 s." in answer for answer in answers[::2])
    assert all("7 秒后可再试" in answer for answer in answers[1::2])


def test_fields_become_ids_that_css_can_select() -> None:
    assert render.ident("smtp_config/auth/pass") == "smtp_config-auth-pass"


@pytest.mark.parametrize(
    ("headers", "fragment"),
    [
        ({"hx-request": "true", "hx-request-type": "partial"}, True),
        ({"hx-request": "true", "hx-request-type": "full"}, False),
        ({"hx-request": "true"}, False),
        ({}, False),
        (
            {
                "hx-request": "true",
                "hx-request-type": "partial",
                "hx-history-restore-request": "true",
            },
            False,
        ),
    ],
)
def test_only_htmx_gets_fragments(headers: dict[str, str], fragment: bool) -> None:
    assert render.wants_fragment(SimpleNamespace(headers=headers)) is fragment  # type: ignore[arg-type]
