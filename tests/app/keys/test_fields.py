"""Where everything stands that is encrypted."""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from app import channel_settings, database, secrets, widget
from app.keys import fields
from app.keys.fields import CHANNEL, FIELDS, HANDLES, IDENTITY
from app.people import handles
from app.secrets import Unreadable
from app.tables import Agent, Channel, Organization, Widget
from tests.documents import ROOT

ONE, TWO = uuid.uuid4(), uuid.uuid4()
HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook", "name": "CRM"}


def test_no_place_is_like_another(configure: Callable[..., Any]) -> None:
    """Another organization, row, column or table: each alone is enough to refuse."""
    places = [each.at(row, whose) for each in FIELDS for row in (ONE, TWO) for whose in (ONE, TWO)]
    places += [fields.file(str(row), whose) for row in (ONE, TWO) for whose in (ONE, TWO)]
    known = {}
    for each in places:
        known.setdefault(each.bound(b"2", "k"), each)
    assert len(known) == len(places) - 2 * 2  # What belongs to an account or token knows none.
    made = [(each, secrets.encrypt(each, "canary")) for each in known.values()]
    for (place, text), other in itertools.product(made, known.values()):
        if place == other:
            assert secrets.decrypt(place, text) == "canary"
            continue
        with pytest.raises(Unreadable):
            secrets.decrypt(other, text)


async def test_ciphertexts_that_somebody_exchanges_in_the_database_do_not_open(
    org: Organization, other_org: Organization, owner: Agent
) -> None:
    first = await channel_settings.add(org.id, HOOK, by="tests")
    second = await channel_settings.add(other_org.id, {**HOOK, "name": "other"}, by="tests")
    texts = {
        each["id"]: each["config"] for each in await Channel.select(Channel.id, Channel.config)
    }
    assert all(text.startswith(secrets.prefix()) for text in texts.values())
    for uid, text in ((first, texts[uuid.UUID(second)]), (second, texts[uuid.UUID(first)])):
        await Channel.update({Channel.config: text}).where(Channel.id == uid)
    for row in await Channel.objects():
        with pytest.raises(Unreadable):
            secrets.decrypt(CHANNEL.at(row.id, row.organization), row.config)

    # The same row and column in another organization, and another column of the same row.
    text = secrets.encrypt(HANDLES.at(owner.id, other_org.id), {"wecom": "canary"})
    await Agent.update({Agent.handles: text}).where(Agent.id == owner.id)
    assert (await handles.of(org.id, owner.id)).wecom == ""
    secret = await widget.replace_identity(org.id, on=True, by="owner")
    kept = await database.value(str, Widget.select(Widget.identity).where(Widget.brand == org.id))
    assert secrets.decrypt(IDENTITY.at(org.id, org.id), kept or "") == secret
    await Agent.update({Agent.handles: kept}).where(Agent.id == owner.id)
    assert (await handles.of(org.id, owner.id)).wecom == ""


PASSING = {
    "app/deliveries/lent/__init__.py": "fetched anew after hours",
    "app/single_sign_on/entered.py": "in a page",
    "app/single_sign_on/offers.py": "in a page",
    "app/single_sign_on/pending.py": "in a cookie",
}
"""What is encrypted and outlives no change of the key."""


def test_whatever_is_stored_encrypted_is_one_of_the_fields() -> None:
    """Else a change of the key would forget it: `encrypt` is given the place of a field."""
    calls = re.compile(r"(?<![\w.])(?:secrets\.)?encrypt\((\w+)")
    names = {name for name, each in vars(fields).items() if isinstance(each, fields.Field)}
    found = {}
    for path in sorted((ROOT / "app").rglob("*.py")):
        text, name = path.read_text("utf-8"), path.relative_to(ROOT).as_posix()
        given = set(calls.findall(text)) if name != "app/secrets.py" else set()
        wrong = {
            each for each in given - names if not re.search(rf"\b{each} = [A-Z_]+\.at\(", text)
        }
        if wrong and not name.startswith("app/keys/"):
            found[name] = wrong
    assert found.keys() == PASSING.keys()
