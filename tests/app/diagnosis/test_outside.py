"""The way out: each destination is reached once, and nothing is sent."""

from __future__ import annotations

import datetime as dt
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from app import channel_settings
from app import outside as process
from app.diagnosis import outside
from app.egress.client import Client
from app.tables import Organization
from tests.app.proxy_server import proxying
from tests.app.raw_server import Connection, opened, serving
from tests.conftest import make_settings
from tests.fakes.mail import FakeMail
from tests.fakes.vendors import FakeVendors


async def found(org: Organization, *channels: dict[str, Any]) -> list[tuple[str, str, str]]:
    await channel_settings.replace(org.id, {"notifications": list(channels)}, by="t")
    outside.forget(org.id)
    told = await outside.look(org.id, process.egress())
    return [(each.about, each.state, each.name) for each in told]


async def test_what_channels_send_to_is_reached_once_and_hears_nothing(
    org: Organization, recwarn: pytest.WarningsRecorder
) -> None:
    async with FakeVendors() as fakes:
        urls = [fakes.add_bot("wecom", key) for key in ("one", "two")]
        robots = [{"type": "wecom", "webhook_url": url} for url in urls]
        gone = {"type": "custom", "webhook_url": "http://127.0.0.1:9/secret"}
        told = await found(org, *robots, gone)
        assert [state for _, state, _ in told] == ["ok", "fail"]
        assert told[1] == ("outbound", "fail", "127.0.0.1:9")
        assert "secret" not in str(told)
        assert fakes.calls() == []
        assert not [each for each in recwarn if "never awaited" in str(each.message)]


async def test_a_mail_server_is_signed_in_to(org: Organization) -> None:
    async with FakeMail() as mail:
        config = {
            "host": "127.0.0.1",
            "port": mail.port("plain"),
            "tls_mode": "none",
            "allow_plaintext": True,
            "auth": {"user": "desk@shop.example", "pass": "bad"},
        }
        raw = {"type": "email", "smtp_config": config, "to": ["team@shop.example"], "name": "邮件"}
        assert await found(org, raw) == [("mail", "fail", "邮件")]
        config["auth"] = {"user": "desk@shop.example", "pass": "good"}
        assert await found(org, raw) == [("mail", "ok", "邮件")]
        assert mail.messages == []


async def test_an_app_is_asked_for_with_its_secret(org: Organization) -> None:
    async with FakeVendors() as fakes:
        server = fakes.add_bot("wecom_app", "ww01", secret="app-s3cret")
        raw = {"type": "wecom_app", "corpid": "ww01", "agentid": 1000002, "to_users": ["li"]}
        app = {**raw, "server": server, "secret": "app-s3cret", "name": "应用"}
        assert await found(org, app) == [("outbound", "ok", "应用")]
        fakes.fault("wecom_app.agent", "ww01", "code:60020")
        assert await found(org, app) == [("outbound", "fail", "应用")]
        assert fakes.calls("wecom_app") == []


def test_a_certificate_that_ends_soon_is_worth_a_look() -> None:
    now = dt.datetime.now(dt.UTC)
    for days, state in ((90, "ok"), (13, "warn"), (-1, "warn")):
        told = outside.certificate("a.example", now + dt.timedelta(days=days))
        assert told.state == state
        assert "{" not in told.line()


@pytest.mark.parametrize(
    ("name", "days", "state", "words"),
    [
        ("desk.example.com", 90, "ok", "ends on"),
        ("desk.example.com", 5, "warn", "ends on"),
        ("desk.example.com", -1, "fail", "is not accepted"),
        ("other.example.com", 90, "fail", "is not accepted"),
    ],
)
async def test_our_own_certificate_is_looked_at(
    tmp_path: Path, name: str, days: int, state: str, words: str
) -> None:
    async def nothing(connection: Connection) -> None:
        await connection.head()

    authority, ends = trustme.CA(), dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=ends).configure_cert(tls)
    async with serving(nothing, tls=tls) as server:
        base = f"https://desk.example.com:{server.port}"
        found = make_settings(tmp_path, LEAVEMSG_BASE_URL=base)
        here = opened(resolve=lambda host: ["127.0.0.1"], ca_file=tmp_path / "ca.pem")
        async with here as egress:
            [told] = await outside.base(found, egress)
    assert (told.about, told.state, told.name) == ("certificate", state, "desk.example.com")
    assert words in told.line()


async def test_the_proxy_is_named_without_its_password(tmp_path: Path) -> None:
    async with proxying() as proxy:
        for port, state in ((proxy.port, "ok"), (9, "fail")):
            place = f"http://127.0.0.1:{port}"
            found = make_settings(
                tmp_path, LEAVEMSG_EGRESS_PROXY=f"http://me:canary@127.0.0.1:{port}"
            )
            [told] = await outside.proxy(found, Client(proxy=found.egress_proxy))
            assert (told.about, told.state, told.name) == ("egress", state, place)
            assert "canary" not in told.line()
    assert proxy.asked == []
    assert await outside.proxy(make_settings(tmp_path), Client()) == []
