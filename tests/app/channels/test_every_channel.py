"""What every kind of channel promises, in every format."""

from __future__ import annotations

import json
import logging
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given

from app import channels, templates
from app.channels import KINDS, AnySender
from app.channels.sender import Parcel, Sender
from app.egress import Egress
from app.errors import SendError
from app.notice import sample
from tests.app.channels.things import (
    ALL,
    HTTP,
    INBOX,
    LINK,
    PASSWORD,
    ROBOTS,
    SIGN_SECRET,
    TOKEN,
    hostile_texts,
    name_of,
    notice,
    parcel,
    registered,
    robot,
)
from tests.fakes.hostile import HOSTILE
from tests.fakes.mail import FakeMail
from tests.fakes.oracles import findings
from tests.fakes.vendors import FakeVendors

Variant = tuple[str, dict[str, Any]]

every = pytest.mark.parametrize("variant", ALL, ids=name_of)
every_http = pytest.mark.parametrize("variant", HTTP, ids=name_of)
every_robot = pytest.mark.parametrize("variant", ROBOTS, ids=name_of)
each_kind = pytest.mark.parametrize("kind", KINDS)

PARCELS = [
    parcel(),
    parcel(kind="digest", total=40),
    parcel(notice(others=3), kind="repeat"),
    parcel(kind="alert", notices=(), text="Feishu: 19001"),
    parcel(sample(link=LINK), kind="test"),
    parcel(neutral=True),
    parcel(fallback=True, maybe_repeat=True),
    parcel(locale="en", timezone="Europe/Berlin"),
]
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
URL = {
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + TOKEN,
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=" + TOKEN,
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/" + TOKEN,
    "custom": "https://receiver.example/hook",
}


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines that a test can wait for."""
    for cls in KINDS.values():
        monkeypatch.setattr(cls, "deadline", 0.3)


async def failure(sender: AnySender, egress: Egress, what: Parcel | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        await sender.send(what or parcel(), egress)
    return caught.value


@every
@pytest.mark.parametrize("what", PARCELS, ids=lambda p: p.kind)
async def test_what_the_platform_takes_is_accepted(
    variant: Variant, what: Parcel, egress: Egress, fakes: FakeVendors, mail: FakeMail
) -> None:
    sender = registered(variant, fakes, mail)
    sender.check(egress)

    receipt = await sender.send(what, egress)

    assert receipt.code in ("0", "200", "250")
    assert receipt.warning == ""
    assert len([call for call in fakes.calls() if call.ok]) + len(mail.messages) == 1


@every_robot
@pytest.mark.parametrize("fault", NOT_A_YES)
async def test_a_status_of_200_is_no_yes(
    variant: Variant, fault: str, egress: Egress, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    fakes.fault(variant[0], TOKEN, fault)

    assert (await failure(sender, egress)).outcome == "unknown"


@every_robot
async def test_a_code_of_the_platform_is_a_no(
    variant: Variant, egress: Egress, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    fakes.fault(variant[0], TOKEN, "busy", "code:987654", "code:987654")

    assert (await failure(sender, egress)).outcome == "retry"
    assert (await failure(sender, egress)).code == "987654"
    assert (await failure(sender, egress, parcel(attempt=3))).outcome == "permanent_content"


@every_robot
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        *((f"http:{status}", "retry") for status in (408, 429, 500, 502, 503, 504)),
        ("http:502:html", "retry"),
        ("reset_before", "unknown"),
        ("close_after_accept", "unknown"),
        ("bad_status_line", "unknown"),
        ("not_http", "unknown"),
        ("half", "unknown"),
        *((f"http:{status}", "permanent_config") for status in (401, 403, 404)),
        ("http:410", "gone"),
        ("http:413", "permanent_content"),
    ],
)
async def test_what_is_no_answer_of_the_platform_is_told_apart(
    variant: Variant, fault: str, outcome: str, egress: Egress, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    fakes.fault(variant[0], TOKEN, fault)

    error = await failure(sender, egress)

    assert error.outcome == outcome
    assert error.hint
    assert error.left


@every_robot
@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after_accept", "drip", "drip_head"])
@pytest.mark.usefixtures("brief")
async def test_who_does_not_answer_in_time_may_have_got_it(
    variant: Variant, fault: str, egress: Egress, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    fakes.fault(variant[0], TOKEN, fault)

    error = await failure(sender, egress)

    assert (error.outcome, error.code, error.after) == ("unknown", "timeout", 60)


@every_http
async def test_nobody_there_is_tried_again(
    variant: Variant, egress: Egress, unused_tcp_port: int
) -> None:
    sender = robot(variant[0], URL[variant[0]], **variant[1])
    sender.webhook_url = f"http://127.0.0.1:{unused_tcp_port}/robot"

    error = await failure(sender, egress)

    assert (error.outcome, error.code, error.left) == ("retry", "connect_failed", False)


@every_http
async def test_a_private_address_is_never_called(variant: Variant, fakes: FakeVendors) -> None:
    sender = registered(variant, fakes)

    error = await failure(sender, Egress())

    assert (error.outcome, error.left) == ("permanent_config", False)
    assert fakes.connections == 0


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
async def test_a_platforms_notice_goes_to_the_platform_only(kind: str, egress: Egress) -> None:
    elsewhere = robot(kind, URL[kind].replace(".com", ".example").replace(".cn", ".example"))

    assert (await failure(elsewhere, egress)).code == "host_vendor"


@every_robot
async def test_an_endless_answer_is_cut(
    variant: Variant, egress: Egress, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    fakes.fault(variant[0], TOKEN, "big")

    assert len((await failure(sender, egress)).response) <= 2048


@every_robot
async def test_a_redirect_is_never_followed(
    variant: Variant, egress: Egress, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    fakes.fault(variant[0], TOKEN, "http:302", "http:307")

    first = await failure(sender, egress)
    third = await failure(sender, egress, parcel(attempt=3))

    assert (first.outcome, third.outcome) == ("retry", "permanent_config")
    assert len(fakes.calls()) == 2


@every_robot
async def test_no_secret_is_in_an_error_or_a_log(
    variant: Variant, egress: Egress, fakes: FakeVendors, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sender = registered(variant, fakes)
    echo = json.dumps({"errcode": 93, "code": 93, "msg": sender.webhook_url, "errmsg": SIGN_SECRET})
    fakes.fault(variant[0], TOKEN, f"body:{echo}", "http:404:html", "reset_before", "code:310000")

    for _ in range(4):
        error = await failure(sender, egress)
        said = f"{error!r} {error} {vars(error)} {error.__cause__} {caplog.text}"
        assert TOKEN not in said
        assert SIGN_SECRET not in said


@every_http
async def test_hostile_text_calls_nobody_and_leads_nowhere(
    variant: Variant, egress: Egress, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    hostile = notice(name=HOSTILE, content=HOSTILE, category=HOSTILE, fields=((HOSTILE, HOSTILE),))
    await sender.send(parcel(hostile), egress)
    await sender.send(parcel(hostile, kind="digest", total=9), egress)
    await sender.send(parcel(hostile, kind="repeat"), egress)
    await sender.send(parcel(kind="alert", notices=(), text=HOSTILE), egress)

    for call in fakes.calls():
        assert call.mentions == []
        assert set(call.links) <= {LINK, INBOX}
        assert call.images == []


def made(variant: Variant, **options: Any) -> Any:
    sender = robot(variant[0], URL[variant[0]], **{**variant[1], **options})
    return sender


@every_robot
@given(name=hostile_texts, content=hostile_texts, other=hostile_texts)
def test_whatever_a_visitor_types_stays_text(
    variant: Variant, name: str, content: str, other: str
) -> None:
    said = notice(name=name, content=content, category=other, fields=((other, name),))
    for what in (parcel(said), parcel(said, kind="digest"), parcel(said, fallback=True)):
        found = findings(variant[0], json.loads(made(variant).body(what)))

        assert found.mentions == []
        assert set(found.links) <= {LINK, INBOX}
        assert found.images == []


@every_robot
@given(first=hostile_texts, second=hostile_texts)
def test_nothing_forms_across_two_variables(variant: Variant, first: str, second: str) -> None:
    template = "x\n{{visitor.name}}{{message.category}}{{message.content}}{{visitor.phone}}"
    said = notice(name=first, category=second, content=first, phone=second)
    message = made(variant).body(parcel(said, template=template))
    found = findings(variant[0], json.loads(message))

    assert found.mentions == []
    assert set(found.links) <= {LINK}
    assert found.images == []


@every_robot
@pytest.mark.parametrize("filling", ["中", "a", "👨‍👩‍👧‍👦", "\n", '"', "<", "&", "e\u0301", "-\n"])
async def test_only_the_content_is_cut_to_the_limit(
    variant: Variant, filling: str, egress: Egress, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    answers = tuple((f"问题{n}", "答" * 200) for n in range(50))
    long = notice(content=filling * 20_000 + "end", fields=answers)

    await sender.send(parcel(long), egress)

    said = fakes.calls()[0].raw.decode()
    # The digits and the address stay as they are in every dialect but Feishu's own entities.
    shown = said.replace("&#45;", "-").replace("&#64;", "@").replace("\uff1a", ":")
    for kept in ("LM", "7K3F9Q", "13800138000", "zhangsan@example.com", LINK):
        assert kept in shown


@every_robot
async def test_a_digest_without_room_counts_what_it_does_not_list(
    variant: Variant, egress: Egress, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    wordy = [
        notice(reference=f"LM-{n}", name="长" * 64, email=f"{'x' * 64}{n}@{'y' * 60}.example")
        for n in range(20)
    ]

    await sender.send(parcel(*wordy, kind="digest", total=400), egress)

    preview = sender.preview(parcel(*wordy, kind="digest", total=400))
    shown = sum(f"{'x' * 64}{n}@{'y' * 60}.example" in preview for n in range(20))
    assert shown >= 3
    assert f"还有 {400 - shown} 条" in preview


@every
@pytest.mark.parametrize(
    "name",
    [
        "\u2028张\u2029三\u0085",
        "a\x00b\x0b\x0c\x1c\x7f",
        "lone \ud83d surrogate",
        "😀" * 2500,
        "张三\r\nBcc: x@y.z",
        "=?utf-8?q?hi=0D=0ABcc:_x@y.z?=",
    ],
)
async def test_a_visitor_may_have_any_name(
    variant: Variant, name: str, egress: Egress, fakes: FakeVendors, mail: FakeMail
) -> None:
    sender = registered(variant, fakes, mail)

    await sender.send(parcel(notice(name=name, category=name, content=name)), egress)

    assert len([call for call in fakes.calls() if call.ok]) + len(mail.messages) == 1


@every
async def test_what_was_deleted_meanwhile_breaks_nothing(
    variant: Variant, egress: Egress, fakes: FakeVendors, mail: FakeMail
) -> None:
    sender = registered(variant, fakes, mail)
    empty = parcel(notices=())
    if variant[0] == "custom":
        assert (await failure(sender, egress, empty)).outcome == "permanent_content"
    else:
        assert (await sender.send(empty, egress)).message == "ok"


@every_robot
async def test_a_softer_form_holds_no_word_of_the_visitor(
    variant: Variant, egress: Egress, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)

    await sender.send(parcel(neutral=True), egress)

    said = fakes.calls()[0].raw.decode()
    assert "LM-7K3F9Q" in said
    assert not any(word in said for word in ("张三", "13800138000", "咨询", "zhangsan"))


@every_robot
def test_a_possible_repeat_is_marked(variant: Variant) -> None:
    assert "可能重复" in made(variant).preview(parcel(maybe_repeat=True))
    assert "可能重复" not in made(variant).preview(parcel())


@each_kind
def test_the_own_template_holds_in_every_language(kind: str) -> None:
    sender = made((kind, {})) if kind != "email" else some_mailer()
    for locale in ("zh-CN", "en", "zh-TW", "fr"):
        template = sender.default_template(locale)
        (templates.check_json if kind == "custom" else templates.check)(template)
        assert "message.content" in template
        assert "visitor.phone" in template


@every
def test_the_template_of_an_organization_goes_before_the_own(variant: Variant) -> None:
    sender = made(variant) if variant[0] != "email" else some_mailer()
    template = '{"text": "来自 {{visitor.name}}：{{message.content}}"}'

    assert "来自 张三：我想咨询一下产品价格" in sender.preview(parcel(template=template))


@every
@pytest.mark.parametrize("template", ["{{visitor.nothing}}", "   ", "{{message.category}}", "{"])
def test_a_template_that_leaves_nothing_does_not_lose_the_notice(
    variant: Variant, template: str
) -> None:
    sender = made(variant) if variant[0] != "email" else some_mailer()
    what = parcel(notice(category=""), template=template)

    assert sender.preview(what).strip()


@each_kind
def test_the_configuration_survives_storing(kind: str) -> None:
    sender = made((kind, {})) if kind != "email" else some_mailer()

    plain = json.loads(json.dumps(channels.encode(sender)))

    assert channels.parse(plain) == sender


@every
def test_what_leaves_the_product_holds_no_secret(variant: Variant) -> None:
    sender = secretive(variant)
    shown = json.dumps(channels.masked(sender), ensure_ascii=False)

    assert list(secrets_in(shown)) == []
    assert channels.unmask(channels.masked(sender), sender) == channels.encode(sender)


def secretive(variant: Variant) -> AnySender:
    kind, options = variant
    if kind == "email":
        return some_mailer(password=SIGN_SECRET)
    if kind in ("dingtalk", "feishu"):
        return made(variant, secret=SIGN_SECRET)
    if kind == "custom":
        headers = {"Authorization": f"Bearer {TOKEN}"}
        url = f"https://receiver.example/in/{TOKEN}?t={SIGN_SECRET}"
        return robot(kind, url, headers=headers, signing_secret="whsec_" + "A" * 44)
    return made(variant)


def secrets_in(shown: str) -> Iterator[str]:
    yield from (secret for secret in (TOKEN, SIGN_SECRET, "A" * 44, PASSWORD + "-") if secret in shown)


def some_mailer(password: str = PASSWORD) -> AnySender:
    auth = {"user": "desk@example.com", "pass": password}
    return channels.parse(
        {
            "type": "email",
            "smtp_config": {"host": "smtp.example.com", "port": 587, "auth": auth},
            "to": ["a@example.com"],
        }
    )


@each_kind
def test_a_kind_says_what_the_others_say(kind: str) -> None:
    cls: type[Sender] = KINDS[kind]

    assert cls.kind == kind
    assert cls.label
    assert cls.deadline <= 30
    assert cls.limit_per_minute == {"custom": None, "email": 30, "feishu": 90}.get(kind, 18)
    assert cls.idempotent is (kind == "custom")


@every
def test_one_destination_has_one_name(variant: Variant) -> None:
    sender = secretive(variant)
    other = made((variant[0], {})) if variant[0] != "email" else some_mailer()
    if variant[0] == "custom":
        other = robot("custom", f"https://receiver.example/in/{TOKEN}?t={SIGN_SECRET}")

    assert sender.target() == other.target()
    assert sender.credential() == other.credential()


@every_http
def test_control_characters_never_reach_the_wire(variant: Variant) -> None:
    nasty = "".join(map(chr, [*range(32), *range(127, 160), 0x200B, 0x202E, 0xFEFF]))
    said = notice(name=nasty + "x", content=nasty + "y", category=nasty, phone=nasty)
    for leaf in leaves(json.loads(made(variant).body(parcel(said)))):
        assert not [c for c in leaf if unicodedata.category(c) in ("Cc", "Cf") and c not in "\n\t"]


def leaves(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list):
        for inner in tree.values() if isinstance(tree, dict) else tree:
            yield from leaves(inner)
