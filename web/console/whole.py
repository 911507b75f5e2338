"""A message as plain text, for pasting into a chat."""

from __future__ import annotations

from collections.abc import Iterator

from app import settings
from app.messages import Row
from web.http import words
from web.http.words import N_


def whole(locale: str, row: Row, zone: str) -> str:
    facts = [
        words.say(locale, N_("{label}: {value}"), {"label": label, "value": value})
        for label, value in _facts(locale, row, zone)
        if value
    ]
    head = " · ".join(filter(None, (row.reference, row.name, row.category)))
    address = f"{settings.current().base_url}/inbox/{row.uid}"
    return "\n".join([head, *facts, "", row.content, "", address])


def _facts(locale: str, row: Row, zone: str) -> Iterator[tuple[str, str]]:
    yield words.say(locale, N_("Received")), words.full(locale, zone, row.created_at)
    yield words.say(locale, N_("Phone")), row.phone
    yield words.say(locale, N_("Email")), row.email
    yield words.say(locale, N_("WeChat ID")), row.wechat
    for answer in row.further(locale):
        yield answer.label, answer.value
    yield words.say(locale, N_("Page")), row.page_url
