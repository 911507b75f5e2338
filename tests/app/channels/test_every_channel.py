"""What every kind of channel promises, in every format."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.channels.kinds import KINDS
from app.channels.sender import Announcement, Line, Parcel, Sender
from app.egress.client import Client
from app.errors import SendError
from app.notices import templates
from app.notices.notice import sample
from tests.app.channels.things import (
    ALL,
    FOLDERS,
    HTTP,
    LINK,
    PLATFORMS,
    SIGN_SECRET,
    TOKEN,
    URL,
    faulty,
    made,
    name_of,
    notice,
    parcel,
    registered,
    robot,
    sent,
)
from tests.fakes.mail import FakeMail
from tests.fakes.vendors import FakeVendors

Variant = tuple[str, dict[str, Any]]

every = pytest.mark.parametrize("variant", ALL, ids=name_of)
every_http = pytest.mark.parametrize("variant", HTTP, ids=name_of)
every_platform = pytest.mark.parametrize("variant", PLATFORMS, ids=name_of)
each_kind = pytest.mark.parametrize("kind", FOLDERS)

REPORT = Announcement("日报", (Line("3 new [a](b) *c*", LINK), Line("2 waiting")))
PARCELS = [
    parcel(),
    parcel(notice(added=True), kind="more"),
    parcel(notice(reminded=True), kind="reminder"),
    parcel(kind="digest", total=40),
    parcel(notice(others=3), kind="repeat"),
    parcel(kind="alert", notices=(), text="Feishu: 19001"),
    parcel(kind="report", notices=(), announcement=REPORT),
    parcel(sample(link=LINK), kind="test"),
    parcel(neutral=True),
    parcel(fallback=True, maybe_repeat=True),
    parcel(locale="en", timezone="Europe/Berlin"),
]
LIMITS = {"custom": None, "email": 30, "feishu": 90, "wecom_app": 15}
NOT_A_YES = [
    "http:200:html",
    "http:200:empty",
    "http:200:json",
    'body:{"errcode":null,"code":null}',
    'body:{"errcode":false,"code":false}',
    'body:{"errcode":"ok","code":"ok"}',
    'body:["errcode",0]',
    "body:0",
    "truncated_json",
]


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines that a test can wait for, and that a busy machine has sent something within."""
    for cls in KINDS.values():
        monkeypatch.setattr(cls, "deadline", 1.6)


async def failure(sender: Sender, egress: Client, what: Parcel | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        await sender.send(what or parcel(), egress)
    return caught.value


@every
@pytest.mark.parametrize("what", PARCELS, ids=lambda p: p.kind)
async def test_what_the_platform_takes_is_accepted(
    variant: Variant, what: Parcel, egress: Client, fakes: FakeVendors, mail: FakeMail
) -> None:
    sender = registered(variant, fakes, mail)
    sender.check(egress)

    taken = await sender.send(what, egress)

    assert taken.code in ("0", "200", "250")
    assert taken.warning == ""
    assert len([call for call in sent(fakes) if call.ok]) + len(mail.messages) == 1


@every_platform
@pytest.mark.parametrize("fault", NOT_A_YES)
async def test_a_status_of_200_is_no_yes(
    variant: Variant, fault: str, egress: Client, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    faulty(variant, fakes, fault)

    assert (await failure(sender, egress)).outcome == "unknown"


@every_platform
async def test_a_code_of_the_platform_is_a_no(
    variant: Variant, egress: Client, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    faulty(variant, fakes, "busy", "code:987654", "code:987654")

    assert (await failure(sender, egress)).outcome == "retry"
    assert (await failure(sender, egress)).code == "987654"
    assert (await failure(sender, egress, parcel(attempt=11))).outcome == "retry"


@every_platform
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        *((f"http:{status}", "retry") for status in (408, 500, 502, 503, 504)),
        ("http:429", "rate_limited"),
        ("http:502:html", "retry"),
        ("reset_before", "unknown"),
        ("close_after_accept", "unknown"),
        ("bad_status_line", "unknown"),
        ("not_http", "unknown"),
        ("half", "unknown"),
        *((f"http:{status}", "retry") for status in (401, 403, 404, 410, 413)),
    ],
)
async def test_what_is_no_answer_of_the_platform_is_told_apart(
    variant: Variant, fault: str, outcome: str, egress: Client, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    faulty(variant, fakes, fault)

    error = await failure(sender, egress)

    assert error.outcome == outcome
    assert error.hint
    assert error.left


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after_accept", "drip", "drip_head"])
@pytest.mark.usefixtures("brief")
async def test_who_does_not_answer_in_time_may_have_got_it(
    fault: str, egress: Client, fakes: FakeVendors
) -> None:
    senders = [registered(variant, fakes) for variant in PLATFORMS]
    for kind, _ in PLATFORMS:
        faulty((kind, {}), fakes, fault)

    errors = await asyncio.gather(*(failure(sender, egress) for sender in senders))

    seen = {
        name_of(variant): (error.outcome, error.code, error.after)
        for variant, error in zip(PLATFORMS, errors, strict=True)
    }
    assert seen == dict.fromkeys(seen, ("unknown", "timeout", 60))


@every_http
async def test_nobody_there_is_tried_again(
    variant: Variant, egress: Client, unused_tcp_port: int
) -> None:
    sender = robot(variant[0], URL[variant[0]], **variant[1])
    sender.webhook_url = f"http://127.0.0.1:{unused_tcp_port}/robot"

    error = await failure(sender, egress)

    assert (error.outcome, error.code, error.left) == ("retry", "connect_failed", False)


@every_http
async def test_a_private_address_is_never_called(variant: Variant, fakes: FakeVendors) -> None:
    sender = registered(variant, fakes)

    error = await failure(sender, Client())

    assert (error.outcome, error.left) == ("permanent_config", False)
    assert fakes.connections == 0


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
async def test_a_platforms_notice_goes_to_the_platform_only(kind: str, egress: Client) -> None:
    elsewhere = robot(kind, URL[kind].replace(".com", ".example").replace(".cn", ".example"))

    assert (await failure(elsewhere, egress)).code == "host_vendor"


@every_platform
async def test_an_endless_answer_is_cut(
    variant: Variant, egress: Client, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    faulty(variant, fakes, "big")

    assert len((await failure(sender, egress)).response) <= 2048


@every_platform
async def test_a_redirect_is_never_followed(
    variant: Variant, egress: Client, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    # DingTalk's 302 is another thing, and none that is followed.
    faulty(variant, fakes, "http:307", "http:308")

    outcomes = [(await failure(sender, egress)).outcome for _ in range(2)]

    assert outcomes == ["retry", "retry"]
    assert len(sent(fakes)) == 2


@every_http
async def test_no_secret_is_in_an_error_or_a_log(
    variant: Variant, egress: Client, fakes: FakeVendors, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sender = registered(variant, fakes)
    path = urlsplit(sender.webhook_url).path
    said_back = " ".join([*sender.secrets(), path])
    echo = json.dumps({"errcode": 93, "code": 93, "msg": said_back, "errmsg": said_back})
    if variant[0] == "custom":
        not_found = {"status": 404, "body": echo, "headers": {"Location": f"https://x{path}/"}}
        # No header has the token here: it is in the path alone.
        sender = robot("custom", fakes.add_hook(TOKEN, [not_found, 302, "reset", 500]))
    else:
        faults = (f"body:{echo}", "http:404:html", "reset_before", "code:310000")
        faulty(variant, fakes, *faults)

    for _ in range(4):
        error = await failure(sender, egress)
        said = f"{error!r} {error} {vars(error)} {error.__cause__} {caplog.text}"
        assert TOKEN not in said
        assert SIGN_SECRET not in said


@every
async def test_what_was_deleted_meanwhile_breaks_nothing(
    variant: Variant, egress: Client, fakes: FakeVendors, mail: FakeMail
) -> None:
    sender = registered(variant, fakes, mail)
    empty = parcel(notices=())
    if variant[0] == "custom":
        assert (await failure(sender, egress, empty)).outcome == "permanent_content"
    else:
        assert (await sender.send(empty, egress)).message in ("ok", "success")


@every_platform
async def test_a_softer_form_holds_no_word_of_the_visitor(
    variant: Variant, egress: Client, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)

    await sender.send(parcel(neutral=True), egress)

    said = sent(fakes)[0].raw.decode()
    assert "LM-7K3F9Q" in said
    assert not any(word in said for word in ("张三", "13800138000", "咨询", "zhangsan"))


@every_platform
def test_a_possible_repeat_is_marked(variant: Variant) -> None:
    assert "可能重复" in made(variant).preview(parcel(maybe_repeat=True))
    assert "可能重复" not in made(variant).preview(parcel())


@each_kind
def test_the_own_template_holds_in_every_language(kind: str) -> None:
    sender = made((kind, {}))
    for locale in ("zh-CN", "en", "zh-TW", "fr"):
        template = sender.default_template(locale)
        (templates.check_json if kind == "custom" else templates.check)(template)
        assert "message.content" in template
        assert "visitor.phone" in template


@every
def test_the_template_of_an_organization_goes_before_the_own(variant: Variant) -> None:
    sender = made(variant)
    template = '{"text": "来自 {{visitor.name}}：{{message.content}}"}'

    assert "来自 张三：我想咨询一下产品价格" in sender.preview(parcel(template=template))


@every
@pytest.mark.parametrize("template", ["{{visitor.nothing}}", "   ", "{{message.category}}", "{"])
def test_a_template_that_leaves_nothing_does_not_lose_the_notice(
    variant: Variant, template: str
) -> None:
    sender = made(variant)
    what = parcel(notice(category=""), template=template)

    assert sender.preview(what).strip()


@each_kind
def test_a_kind_says_what_the_others_say(kind: str) -> None:
    cls: type[Sender] = KINDS[kind]

    assert cls.kind == kind
    assert cls.label
    assert cls.deadline <= 30
    assert cls.limit_per_minute == LIMITS.get(kind, 18)
    assert cls.idempotent is (kind == "custom")
