"""A part of the settings as it is kept: as the configuration says it, with a keyed hash in place of
each secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from app.configuration.hidden import Hidden
from app.configuration.references import ENV
from app.history.latest import SECRET
from app.history.ways import ways
from app.tables import Organization

PARTS = (
    "channels",
    "limits",
    "templates",
    "form",
    "hours",
    "widget",
    "outcomes",
    "phrases",
    "rules",
    "reminders",
    "rota",
    "targets",
    "reports",
    "mailboxes",
    "reply_mail",
    "shop",
    "brands",
    "people",
    "providers",
    "sign_in",
    "rotation",
    "retention",
    "contacts",
)
"""Of the configuration's, but for the block list: what names a visitor would outlive the entry."""
OF_AREAS = {
    "channels": ("channels", "limits"),
    "limits": ("limits",),
    "confirmation": ("limits",),
    "templates": ("templates",),
    "form": ("form", "brands"),
    "rules": ("rules",),
    "reminders": ("reminders",),
    "rota": ("rota",),
    "outcomes": ("outcomes",),
    "phrases": ("phrases",),
    "widget": ("widget", "brands"),
    "hours": ("hours", "brands"),
    "reports": ("reports",),
    "reply_mail": ("reply_mail",),
    "promise": ("hours", "targets"),
    "retention": ("retention",),
    "contacts": ("contacts",),
}
"""What an act of an area may have changed."""
OF_ACTS = {
    "presence.rule": ("hours", "brands"),
    "organization.renamed": ("shop",),
    "sign_in.policy": ("sign_in",),
    "rotation.changed": ("rotation",),
}
OF_BEGINNINGS = {
    "brand.": ("shop", "brands"),
    "member.": ("people",),
    "provider.": ("providers",),
    "mailbox.": ("mailboxes",),
}
"""Of acts whose names begin so."""


def touched(area: str, action: str) -> tuple[str, ...]:
    for beginning, parts in OF_BEGINNINGS.items():
        if action.startswith(beginning):
            return parts
    return OF_ACTS.get(action) or OF_AREAS.get(area, ())


async def read(org: Organization, part: str) -> str:
    """The state of now, as JSON."""
    return msgspec.json.encode(_frozen(await ways().read(org, part)), order="sorted").decode()


def _frozen(value: Any) -> Any:
    if isinstance(value, Hidden):
        return {SECRET: value.mark()}
    if isinstance(value, Mapping):
        return {str(key): _frozen(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_frozen(each) for each in value]
    return msgspec.to_builtins(value)


def comparable(state: str) -> Any:
    """The state with secrets that only say whether they are the same."""
    return _thawed(msgspec.json.decode(state), lambda mark: Hidden(mark))


def document(state: str) -> Any:
    """The state to be applied: secrets stay as they are stored now."""
    return _thawed(msgspec.json.decode(state), lambda _: ENV)


def _thawed(value: Any, secret: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {SECRET}:
            return secret(value[SECRET])
        return {key: _thawed(each, secret) for key, each in value.items()}
    return [_thawed(each, secret) for each in value] if isinstance(value, list) else value
