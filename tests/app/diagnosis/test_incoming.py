"""Mailboxes that cannot be fetched from are told, with what the server says."""

from __future__ import annotations

import datetime as dt

import msgspec

from app import database
from app.diagnosis import incoming
from app.mail.mailboxes import Config
from app.tables import Mailbox, Organization


async def test_each_mailbox_that_is_on_has_its_state(
    org: Organization, other_org: Organization
) -> None:
    now = await database.now()
    long_ago = now - dt.timedelta(hours=1)
    for name, looked_at, fault, enabled, of in (
        ("fine", now, "", True, org),
        ("silent", long_ago, "", True, org),
        ("new", None, "", True, org),
        ("stays", now, "not_moved", True, org),
        ("broken", long_ago, "login_refused", True, org),
        ("off", None, "login_refused", False, org),
        ("theirs", None, "login_refused", True, other_org),
    ):
        config = Config(name=name, host="imap.shop.example", user="a@b.cn", move_to="Done")
        row = Mailbox(organization=of.id, config=msgspec.json.encode(config).decode())
        row.enabled, row.looked_at = enabled, looked_at
        row.fault, row.fault_words = fault, "LOGIN failed" if fault else ""
        await row.save()
    found = {each.name: each for each in await incoming.look(org.id)}

    assert {name: each.state for name, each in found.items()} == {
        "fine": "ok",
        "silent": "warn",
        "new": "warn",
        "stays": "warn",
        "broken": "fail",
    }
    assert "(login_refused)" in found["broken"].line()
    assert "LOGIN failed" in found["broken"].line()
