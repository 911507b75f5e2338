"""Every setting that holds an address × every way to write one of this machine: listeners here hear
nothing. A setting that takes an address and is not in the table fails."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import typing
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from app import outside
from app.channel_settings.previews import specimen
from app.channels.kinds import KINDS
from app.channels.sender import Parcel
from app.egress import OutboundError, UrlRefused, dial, parse_allowed
from app.egress.client import Client
from app.errors import Invalid, SendError
from app.mail import fetch, imap, mailboxes
from app.mail.posted import subscribed
from app.notices.disclosed import tried
from app.settings import Settings
from app.single_sign_on import faults, metadata, wire
from app.single_sign_on import shape as sso
from tests.app.raw_server import Server, polite, serving
from tests.app.test_egress_connect import LOOPBACKS
from tests.documents import ROOT
from tests.test_tree import files

BASE = "/api/v1/leavemsg"
HOLDS_AN_ADDRESS = re.compile(
    r"url|uri\b|host|server|endpoint|proxy|issuer|domain|origin|site|logo|picture|image|icon|clamd"
    r"|_to$|address",
    re.IGNORECASE,
)
BROWSERS = "given to browsers, never opened from here"
READ = "read or compared, never opened"
OPERATOR = "the operator's own environment"
TRIED = {
    "channel wecom": {"webhook_url"},
    "channel wecom_app": {"server"},
    "channel dingtalk": {"webhook_url"},
    "channel feishu": {"webhook_url"},
    "channel email": {"smtp_config.host"},
    "channel custom": {"webhook_url"},
    "channel events": {"webhook_url"},
    "channel telegram": {"server"},
    "channel slack": {"webhook_url"},
    "channel discord": {"webhook_url"},
    "channel teams": {"webhook_url"},
    "channel ntfy": {"server"},
    "channel gotify": {"server"},
    "channel bark": {"server"},
    "sign-in": {"issuer", "token_endpoint", "jwks_uri", "userinfo_endpoint"},
    "mailbox": {"host"},
}
"""What an organization may enter and the product connects to; here it is tried."""
NOT_CONNECTED = {
    "sign-in": {"authorization_endpoint": BROWSERS, "domains": READ},
    "mailbox": {"address": READ, "move_to": "a folder"},
    "settings": {
        "database_url": OPERATOR,
        "redis_url": OPERATOR,
        "files.endpoint": OPERATOR,
        "clamd": OPERATOR,
        "egress_proxy": OPERATOR,
        "egress_proxy.host": OPERATOR,
        "base_url": "the product's own; `leavemsg doctor` looks whether it answers",
        "backup_url": BROWSERS,
        "host": "listened on",
        "egress_address": READ,
        "connections_per_address": READ,
    },
}
IN_REQUESTS = {
    **dict.fromkeys(("webhook_url", "server", "host"), "tried"),
    **dict.fromkeys(("address", "addresses", "addresses_days", "sites"), READ),
    "page_url": BROWSERS,
    "move_to": "a folder",
}
"""What the bodies of the API have by such a name."""
CALLERS = {
    "app/channels/email/smtp.py",
    "app/channels/wire.py",
    "app/deliveries/recovery/__init__.py",
    "app/diagnosis/network.py",
    "app/diagnosis/outside.py",
    "app/mail/imap.py",
    "app/mail/posted/subscribed.py",
    "app/single_sign_on/wire.py",
}
"""Who connects to anything: the two of the diagnosis to what the operator has set, and to the fixed
hosts of platforms."""
VECTORS = [
    each["url"]
    for each in json.loads(Path(__file__).with_name("ssrf_vectors.json").read_text("utf-8"))
    if each["expect"] == "refuse"
]


def named(kind: Any, before: str = "") -> Iterator[str]:
    """The fields of a struct that hold an address, also of the structs in it."""
    for field in msgspec.structs.fields(kind):
        name = before + field.encode_name
        if HOLDS_AN_ADDRESS.search(field.encode_name):
            yield name
        for each in (field.type, *typing.get_args(field.type)):
            if isinstance(each, type) and issubclass(each, msgspec.Struct):
                yield from named(each, f"{name}.")


def test_every_setting_that_holds_an_address_is_tried_or_says_why_not() -> None:
    structs: dict[str, Any] = {f"channel {name}": kind for name, kind in KINDS.items()}
    structs |= {"sign-in": sso.Config, "mailbox": mailboxes.Config, "settings": Settings}
    found = {name: set(named(struct)) for name, struct in structs.items()}
    told = {name: TRIED.get(name, set()) | set(NOT_CONNECTED.get(name, {})) for name in found}
    assert {name: each for name, each in found.items() if each} == {
        name: each for name, each in told.items() if each
    }


def in_bodies(part: Any, document: dict[str, Any], seen: set[str]) -> Iterator[str]:
    """The keys of a schema, and of those that it refers to."""
    if isinstance(part, list):
        for each in part:
            yield from in_bodies(each, document, seen)
    if not isinstance(part, dict):
        return
    name = str(part.get("$ref", "")).rpartition("/")[2]
    if name and name not in seen:
        seen.add(name)
        yield from in_bodies(document["components"]["schemas"][name], document, seen)
    yield from part.get("properties", {})
    for each in part.values():
        yield from in_bodies(each, document, seen)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_every_address_in_a_body_of_the_api_is_known(visitor: httpx.AsyncClient) -> None:
    document = (await visitor.get("/api/openapi.json")).json()
    bodies = [
        operation["requestBody"]
        for operations in document["paths"].values()
        for operation in operations.values()
        if "requestBody" in operation
    ]
    keys = set(in_bodies(bodies, document, set()))
    assert {key for key in keys if HOLDS_AN_ADDRESS.search(key)} == set(IN_REQUESTS)


def test_nobody_else_connects() -> None:
    found = set()
    for path in files("app", "web", "tasks", "cli"):
        text = path.read_text("utf-8")
        if re.search(r"egress\.(request|connect|reach)\(", text) and "/egress/" not in str(path):
            found.add(str(path.relative_to(ROOT)))
    assert found == CALLERS


def own_address() -> str:
    """One that is private to the network that this machine is in, if it is in one."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("203.0.113.1", 9))
        return str(probe.getsockname()[0])
    return "127.0.0.1"


NAMES = {
    "one.example": ["127.0.0.1"],
    "six.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "mixed.example": ["203.0.113.1", "127.0.0.1"],
    "any.example": ["0.0.0.0"],
    "own.example": [own_address()],
}


def resolved(host: str) -> list[str]:
    """Whatever else is asked for is here, too: the hosts of platforms, and a public name."""
    return NAMES.get(host, ["127.0.0.1"])


def hosts() -> list[str]:
    return [*LOOPBACKS.split(), own_address(), *NAMES, "sns.cn-north-1.amazonaws.com.cn"]


def urls(port: int) -> list[str]:
    good = "203.0.113.1"
    return [
        *(f"{scheme}://{host}:{port}/x" for host in hosts() for scheme in ("https", "http")),
        f"http://{good}@127.0.0.1:{port}/",
        f"http://{good}:{port}@127.0.0.1:{port}/",
        f"http://127.0.0.1:{port}#@{good}/",
        f"http://127.0.0.1:{port}\\@{good}/",
        f"http://{good}\\.127.0.0.1:{port}/",
        f"//127.0.0.1:{port}/",
        f"HTTP://LOCALHOST:{port}/",
        f" http://127.0.0.1:{port}/",
        f"http://127.0.0.1\t:{port}/",
        f"gopher://127.0.0.1:{port}/_x",
        f"unix:///127.0.0.1:{port}",
    ]


@contextlib.asynccontextmanager
async def canaries() -> Any:
    """Listeners at one port of every address of this machine. It is a port that may be used, and so
    is plain http there: only the address is in the way."""
    async with contextlib.AsyncExitStack() as stack:
        first = await stack.enter_async_context(serving(polite, host="0.0.0.0"))
        heard = [first]
        with contextlib.suppress(OSError):  # Not every machine speaks IPv6.
            heard.append(
                await stack.enter_async_context(serving(polite, host="::1", port=first.port))
            )
        yield first.port, heard


def connected(heard: list[Server]) -> int:
    return sum(each.connections for each in heard)


Try = Callable[[Client, str], Awaitable[Any]]


def planted(kind: str, field: str) -> Try:
    """A channel whose address came into the database past every check."""

    async def send(egress: Client, place: str) -> None:
        sender: Any = specimen(kind, {})
        if field == "smtp_config.host":
            ends = {"host": host_of(place), "port": port_of(place)}
            config = msgspec.structs.replace(sender.smtp_config, **ends)
            sender = msgspec.structs.replace(sender, smtp_config=config, from_="a@shop.example")
        else:
            sender = msgspec.structs.replace(sender, **{field: place})
        notice = tried("all", locale="zh-CN", link="https://desk.example/")
        parcel = Parcel(id="p", notices=(notice,), locale="zh-CN", timezone="Asia/Shanghai")
        await sender.send(parcel, egress)

    return send


def host_of(place: str) -> str:
    """What stands where a host is asked for."""
    return re.sub(r"^[a-zA-Z]*:?//|[/#].*$", "", place).rsplit(":", 1)[0].strip("[]")


def port_of(place: str) -> int:
    found = re.search(r":(\d{1,5})(?=[/#]|$)", place)
    return int(found[1]) if found else 993


async def discovered(egress: Client, place: str) -> None:
    metadata.forget()
    config = sso.Config(kind="openid", name="x", client_id="x", issuer=place)
    await metadata.of(egress, config)


async def keyed(egress: Client, place: str) -> None:
    metadata.forget()
    await metadata.keys(egress, place)


async def asked(egress: Client, place: str) -> None:
    await wire.ask(egress, "POST", place, form={"code": "x"})


async def fetched(egress: Client, place: str) -> None:
    config = mailboxes.Config(name="x", host=host_of(place), port=port_of(place), user="x")
    await fetch.tried(egress, config, "x")


async def subscribed_to(egress: Client, place: str) -> None:
    await subscribed.confirm(egress, {"Type": subscribed.ASKS, "SubscribeURL": place})


async def knocked_at(egress: Client, place: str) -> None:
    await egress.reach(place, deadline=1)


ENTRIES: dict[str, Try] = {
    **{
        f"{name}.{field}": planted(name.removeprefix("channel "), field)
        for name, fields in TRIED.items()
        if name.startswith("channel ")
        for field in fields
    },
    "sign-in.issuer": discovered,
    "sign-in.jwks_uri": keyed,
    "sign-in.token_endpoint": asked,
    "sign-in.userinfo_endpoint": asked,
    "mailbox.host": fetched,
    "SubscribeURL": subscribed_to,
    "a receiver that is away": knocked_at,
}
REFUSALS = (OutboundError, UrlRefused, Invalid, SendError, faults.NotSignedIn, imap.MailboxFault)


async def test_nothing_that_is_stored_leads_here() -> None:
    """Also when it came there past every check; every name resolves to this machine."""
    assert set(ENTRIES) == {
        "SubscribeURL",
        "a receiver that is away",
        *(f"{name}.{field}" for name, fields in TRIED.items() for field in fields),
    }
    async with canaries() as (port, heard):
        egress = Client(parse_allowed(f"203.0.113.0/24:{port}"), resolve=resolved)
        for name, attempt in ENTRIES.items():
            for place in (*urls(port), *VECTORS):
                with pytest.raises(REFUSALS) as caught:
                    await attempt(egress, place)
                said = f"{caught.value!r} {getattr(caught.value, 'code', '')}"
                assert "connect_failed" not in said, (name, place, said)
                assert connected(heard) == 0, (name, place)
        await egress.close()


async def test_what_is_listed_is_reached_by_each() -> None:
    """So that nothing but the address was in the way above."""

    async def hang_up(_: Any) -> None:
        pass

    async with serving(hang_up) as server:
        egress = Client(parse_allowed(f"127.0.0.1/32:{server.port}"))
        # A confirmation goes to one host only, at its usual port.
        for name in ENTRIES.keys() - {"SubscribeURL"}:
            before = server.connections
            with contextlib.suppress(*REFUSALS):
                await ENTRIES[name](egress, f"http://127.0.0.1:{server.port}")
            assert server.connections > before, name
        await egress.close()


async def test_a_receiver_s_redirect_is_not_followed() -> None:
    async def elsewhere(connection: Any) -> None:
        while await connection.request():
            location = f"Location: http://127.0.0.1:{port}/"
            await connection.answer(b"", location, status="307 Temporary Redirect")

    async with canaries() as (port, heard), serving(elsewhere) as server:
        egress = Client(parse_allowed(f"127.0.0.1/32:{server.port},127.0.0.2/32:{port}"))
        for name in ("channel custom.webhook_url", "channel ntfy.server", "sign-in.issuer"):
            with pytest.raises(REFUSALS):
                await ENTRIES[name](egress, f"http://127.0.0.1:{server.port}")
        assert len(server.requests) == 3
        assert connected(heard) == 0
        # What the operator has listed is reached, and then the listeners do hear it.
        await ENTRIES["channel custom.webhook_url"](egress, f"http://127.0.0.2:{port}/x")
        assert connected(heard) == 1
        await egress.close()


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_nothing_that_is_entered_leads_here(
    api: httpx.AsyncClient,
    configure: Callable[..., Settings],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the API, where it is saved, and tested without being saved."""
    monkeypatch.setattr(dial, "look_up", resolved)
    async with canaries() as (port, heard):
        configure(LEAVEMSG_EGRESS_ALLOW=f"203.0.113.0/24:{port}")
        api._transport.app.state.egress = outside.egress()  # type: ignore[attr-defined]
        for place in urls(port):
            for path, body in entered(place):
                answer = await api.post(f"{BASE}{path}", json=body)
                said = answer.text
                assert answer.status_code < 500, (path, place, said)
                assert connected(heard) == 0, (path, place, said)
                assert "connect_failed" not in said, (path, place, said)
    await outside.close()


def entered(place: str) -> list[tuple[str, dict[str, Any]]]:
    hook = {"type": "custom", "webhook_url": place}
    mail = {"host": host_of(place), "port": 465, "secure": True, "auth": {"user": "x", "pass": "x"}}
    letter = {"type": "email", "smtp_config": mail, "to": ["a@shop.example"]}
    box = {"host": host_of(place), "user": "a@shop.example", "secret": "x"}
    return [
        ("/test", {"notifications": [hook]}),
        ("/test", {"notifications": [letter]}),
        ("/channels", hook),
        ("/mailboxes", box),
    ]
