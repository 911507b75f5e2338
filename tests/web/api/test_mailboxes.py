"""Mailboxes by program: added, changed, tried and removed, and nobody reads their secrets."""

from __future__ import annotations

import httpx

from app.mail.mailboxes import password, row_of
from app.tables import Audit, Organization
from tests.fakes.imap import FakeImap

HERE = "/api/v1/leavemsg/mailboxes"


async def test_a_mailbox_from_its_beginning_to_its_end(
    api: httpx.AsyncClient, org: Organization
) -> None:
    async with FakeImap() as box:
        typed = {"host": "127.0.0.1", "port": box.port, "tls": "none", "user": "me@shop.example"}
        made = await api.post(HERE, json={**typed, "secret": "good", "move_to": "Done"})
        assert made.status_code == 201, made.text
        there = f"{HERE}/{made.json()['uid']}"
        assert made.json()["secret_at"]
        assert "secret" not in made.json()
        assert (await api.get(HERE)).json() == {"items": [made.json()], "next_cursor": None}
        assert (await api.post(f"{there}/test")).json() == {"ok": True, "mails": 0, "fault": None}

        changed = await api.patch(there, json={"source": True, "enabled": False})
        assert changed.json() == {**made.json(), "source": True, "enabled": False}
        assert (await api.get(there)).json() == changed.json()
        assert password(await row_of(org.id, changed.json()["uid"])) == "good"
        # Nobody learns it by another server, or leaves the folder that is asked for unsaid.
        moved = await api.patch(there, json={"host": "imap.evil.example"})
        assert moved.json()["errors"][0]["pointer"] == "/secret"
        refused = await api.patch(there, json={"move_to": "inbox", "brand": "x", "odd": 1})
        assert refused.json()["errors"][0]["pointer"] == "/odd"
        refused = await api.patch(there, json={"move_to": "inbox", "brand": "x"})
        assert [each["pointer"] for each in refused.json()["errors"]] == ["/move_to", "/brand"]

        await api.patch(there, json={"secret": "bad"})
        tried = (await api.post(f"{there}/test")).json()
        assert (tried["ok"], tried["fault"]["code"]) == (False, "login_refused")
    assert (await api.delete(there)).json() == {"items": [], "next_cursor": None}
    assert (await api.get(there)).status_code == 404
    done = [each["action"] for each in await Audit.select().order_by(Audit.id)]
    assert [each for each in done if each.startswith("mailbox.")] == [
        *("mailbox.added", "mailbox.changed", "mailbox.off", "mailbox.changed", "mailbox.removed")
    ]


async def test_no_more_than_ten(api: httpx.AsyncClient) -> None:
    typed = {"host": "127.0.0.1", "user": "a@shop.example", "secret": "x", "enabled": False}
    codes = [(await api.post(HERE, json=typed)).status_code for _ in range(11)]

    assert codes == [201] * 10 + [422]
