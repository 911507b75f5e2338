"""Mail by program."""

from __future__ import annotations

import httpx

from tests.app.mail.conftest import mail

INBOUND = "/api/v1/leavemsg/mail/inbound"
WAITING = "/api/v1/leavemsg/mail"
HEADERS = {"Content-Type": "message/rfc822"}


async def test_a_mail_is_taken_once_and_settled(api: httpx.AsyncClient) -> None:
    raw = mail("有货吗", subject="问货")
    first = await api.post(INBOUND, content=raw, headers=HEADERS)
    again = await api.post(INBOUND, content=raw.replace(b"\r\n", b"\n"), headers=HEADERS)

    assert (first.status_code, first.json()) == (201, again.json())
    assert (first.json()["state"], first.json()["reason"]) == ("waiting", "unknown")
    assert (await api.get(WAITING)).json() == {"items": [first.json()], "next_cursor": None}
    here = f"{WAITING}/{first.json()['uid']}/settle"
    done = (await api.post(here, json={"to": "new"})).json()
    assert done["state"] == "done"
    shown = (await api.get(f"/api/v1/leavemsg/messages/{done['message']}")).json()
    assert shown["message"]["content"] == "问货\n\n有货吗"
    assert (await api.post(here, json={"to": "new"})).status_code == 409


async def test_what_is_no_mail_is_refused(api: httpx.AsyncClient) -> None:
    assert (await api.post(INBOUND, content=b"hello", headers=HEADERS)).status_code == 422
    assert (await api.post(INBOUND, content=b"", headers=HEADERS)).status_code == 422
    assert (await api.post(INBOUND, json={"raw": "x"})).status_code == 415
    missing = f"{INBOUND}?mailbox=01a20416-0000-7000-8000-000000000011"
    assert (await api.post(missing, content=mail(), headers=HEADERS)).status_code == 404
