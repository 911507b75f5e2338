"""Regular checks of channels that are seldom used."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from piccolo.columns import Column

from app import channel_settings, outside
from app.channels.signatures import new_secret
from app.deliveries import checks
from app.egress.client import Client
from app.settings import Settings
from app.tables import Channel, Delivery, Organization
from tests.fakes.mail import FakeMail
from tests.fakes.vendors import FakeVendors

OLD = dt.timedelta(days=8)
SECRET = new_secret()


@pytest.fixture
async def mail() -> AsyncIterator[FakeMail]:
    async with FakeMail() as running:
        yield running


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        yield running


async def mailer(org: Organization, mail: FakeMail, key: str = "good") -> str:
    config = {
        "host": "127.0.0.1",
        "port": mail.port("plain"),
        "tls_mode": "none",
        "allow_plaintext": True,
        "auth": {"user": "desk@shop.example", "pass": key},
    }
    raw = {"type": "email", "smtp_config": config, "to": ["team@shop.example"]}
    return await channel_settings.add(org.id, raw, by="tests")


async def since(uid: str, ago: dt.timedelta, *columns: Column) -> None:
    at = dt.datetime.now(dt.UTC) - ago
    values: dict[Column | str, Any] = dict.fromkeys([Channel.created_at, *columns], at)
    await Channel.update(values).where(Channel.id == uid)


async def look() -> int:
    return await checks.check_some(outside.egress())


async def health(org: Organization, uid: str) -> dict[str, Any]:
    found: dict[str, Any] = (await channel_settings.channel(org.id, uid))["health"]
    return found


async def test_a_mail_server_is_signed_in_to_and_sends_nothing(
    org: Organization, mail: FakeMail
) -> None:
    uid = await mailer(org, mail)
    await since(uid, OLD, Channel.ok_at)

    assert await look() == 1

    assert mail.messages == mail.attempts == []
    assert len(mail.visits) == 1
    found = await health(org, uid)
    assert (found["state"], found["unproven"]) == ("ok", False)
    assert found["checked_at"] is not None


async def test_a_password_that_is_no_longer_good_is_said_before_a_message_depends_on_it(
    org: Organization, mail: FakeMail, fakes: FakeVendors
) -> None:
    uid = await mailer(org, mail, key="bad")
    raw = {"type": "wecom", "webhook_url": fakes.add_bot("wecom", "k")}
    other = await channel_settings.add(org.id, raw, by="tests")
    await since(uid, OLD, Channel.ok_at)

    await look()

    found = await health(org, uid)
    assert (found["state"], found["last_error_code"]) == ("failing", "535")
    assert found["hint"]
    (alert,) = await Delivery.select(Delivery.channel, Delivery.purpose)
    assert (str(alert["channel"]), alert["purpose"]) == (other, "alert")


async def test_the_next_check_that_works_heals_it(org: Organization, mail: FakeMail) -> None:
    uid = await mailer(org, mail, key="bad")
    await since(uid, OLD, Channel.ok_at)
    await look()
    assert await look() == 0
    await since(uid, OLD, Channel.ok_at, Channel.checked_at)
    mail.passwords.add("bad")

    assert await look() == 1

    assert (await health(org, uid))["state"] == "ok"


async def test_what_a_send_found_out_a_check_does_not_undo(
    org: Organization, mail: FakeMail
) -> None:
    uid = await mailer(org, mail)
    await since(uid, OLD, Channel.ok_at)
    await Channel.update({Channel.failures: 2}).where(Channel.id == uid)

    assert await look() == 0
    assert (await health(org, uid))["failures"] == 2


async def test_many_that_need_no_look_keep_none_waiting(
    org: Organization, other_org: Organization, mail: FakeMail
) -> None:
    for n in range(24):
        uid = await mailer(org if n < 12 else other_org, mail, key=f"good{n}")
        await since(uid, OLD, Channel.ok_at, Channel.checked_at)
        await Channel.update({Channel.failures: 2}).where(Channel.id == uid)
    new, again = await mailer(org, mail), await mailer(other_org, mail, key="good24")
    await since(new, OLD)
    await since(again, dt.timedelta(days=2), Channel.checked_at)
    await since(again, OLD)

    assert await look() == 2
    assert (await health(org, new))["checked_at"] is not None


async def test_used_lately_new_off_or_looked_at_today_is_left_alone(
    org: Organization, mail: FakeMail
) -> None:
    used, new, off, seen = [await mailer(org, mail, key=f"good{n}") for n in range(4)]
    for uid in (used, off, seen):
        await since(uid, OLD)
    await since(off, OLD, Channel.ok_at)
    await channel_settings.switch(org.id, off, False, by="tests")
    now = dt.datetime.now(dt.UTC)
    await Channel.update({Channel.ok_at: now}).where(Channel.id == used)
    await Channel.update({Channel.checked_at: now}).where(Channel.id == seen)

    assert await look() == 0
    assert mail.visits == []
    assert (await health(org, new))["checked_at"] is None


async def test_of_several_workers_one_looks(org: Organization, mail: FakeMail) -> None:
    uid = await mailer(org, mail)
    await since(uid, OLD, Channel.ok_at)

    assert sum(await asyncio.gather(*(look() for _ in range(4)))) == 1


async def test_a_robot_is_not_disturbed_and_asks_for_a_test(
    org: Organization, fakes: FakeVendors
) -> None:
    raw = {"type": "wecom", "webhook_url": fakes.add_bot("wecom", "k")}
    uid = await channel_settings.add(org.id, raw, by="tests")
    await since(uid, OLD, Channel.ok_at)

    assert await look() == 0
    assert fakes.calls() == []
    assert (await health(org, uid))["unproven"]

    await channel_settings.test(org.id, outside.egress(), uid=uid)

    assert not (await health(org, uid))["unproven"]


async def test_settings_that_no_key_reads_count_as_what_they_are(
    org: Organization, mail: FakeMail, configure: Callable[..., Settings], tmp_path: Path
) -> None:
    uid = await mailer(org, mail)
    await since(uid, OLD, Channel.ok_at)
    await Channel.update({Channel.config: "not readable"}).where(Channel.id == uid)

    await look()

    assert (await health(org, uid))["state"] == "failing"


async def hooked(org: Organization, url: str, **more: Any) -> str:
    raw = {"type": "custom", "name": "CRM", "webhook_url": url, "signing_secret": SECRET, **more}
    uid = await channel_settings.add(org.id, raw, by="tests")
    await since(uid, OLD, Channel.ok_at)
    return uid


async def test_a_webhook_is_asked_only_if_its_channel_wants_it(
    org: Organization, fakes: FakeVendors
) -> None:
    uid = await hooked(org, fakes.add_hook("crm", secret=SECRET))
    assert await look() == 0
    assert fakes.calls() == []
    assert (await health(org, uid))["unproven"]
    await channel_settings.change(org.id, uid, {"ping": True}, by="tests")

    assert await look() == 1

    [call] = fakes.calls("hook", "crm")
    body = json.loads(call.raw)
    assert body == {"type": "leave_message_ping", "timestamp": body["timestamp"]}
    assert dt.datetime.fromisoformat(body["timestamp"]).tzinfo is not None
    assert dict(call.headers)["leavemsg-kind"] == "ping"
    assert call.ok
    found = await health(org, uid)
    assert (found["state"], found["unproven"]) == ("ok", False)
    assert await Delivery.count() == 0
    assert await look() == 0


async def test_a_webhook_that_refuses_a_ping_fails_until_one_is_accepted(
    org: Organization, fakes: FakeVendors
) -> None:
    template = '{"never": "{{ visitor.name }}"}'
    url = fakes.add_hook("crm", [401, 200])
    uid = await hooked(org, url, ping=True, body_template=template)

    await look()

    found = await health(org, uid)
    assert (found["state"], found["last_error_code"]) == ("failing", "http_401")
    assert found["hint"]
    await since(uid, dt.timedelta(hours=2), Channel.checked_at)
    await since(uid, OLD)
    assert await look() == 1
    assert (await health(org, uid))["state"] == "ok"
    assert all(b"never" not in call.raw for call in fakes.calls("hook", "crm"))


async def test_what_nobody_expected_in_a_check_is_a_failure_of_the_channel(
    org: Organization, mail: FakeMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = await mailer(org, mail)
    await since(uid, OLD, Channel.ok_at)

    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Client, "connect", broken)

    assert await look() == 1

    found = await health(org, uid)
    assert (found["state"], found["last_error_code"]) == ("failing", "internal")


async def test_a_check_notes_when_the_certificate_ends(
    org: Organization, fakes: FakeVendors
) -> None:
    """And forgets it with the encryption."""
    uid = await hooked(org, fakes.add_hook("crm"), ping=True)
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
    await Channel.update({Channel.certificate_until: soon}).where(Channel.id == uid)

    await look()

    assert (await health(org, uid))["certificate_until"] is None
