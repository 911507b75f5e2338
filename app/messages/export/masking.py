"""What is masked for those who may not take contact data out. What a visitor wrote into the text of
a message stays as it is."""

from __future__ import annotations

from msgspec.structs import replace

from app.fields.shape import Label
from app.messages.answers import masked as hidden
from app.messages.inbox import Row

CONTACTS = frozenset({"phone", "email", "wechat"})
"""Kinds of fields."""


def masked(row: Row) -> Row:
    """Phone number, e-mail address, WeChat id, what identifies the visitor, personal
    answers."""
    return replace(
        row,
        phone=_masked(row.phone),
        email=_masked(row.email),
        wechat=_masked(row.wechat),
        ip=_masked(row.ip),
        external_id=_masked(row.external_id),
        fields={
            key: _masked(value) if _is_personal(row.labels.get(key)) else value
            for key, value in row.fields.items()
        },
    )


def _masked(text: str) -> str:
    return hidden(text) if text else ""


def _is_personal(label: Label | None) -> bool:
    """Answers that no form asked for may be anything."""
    return label is None or label.personal or label.kind in CONTACTS
