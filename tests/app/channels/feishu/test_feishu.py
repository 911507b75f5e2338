"""The Feishu and Lark robot: its forms, its signature, its refusals."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import Any

import pytest

from app.channels import feishu
from app.channels.answers import CLOCK_HINT
from app.channels.feishu.answers import SIGNING_ON_HINT
from app.channels.outcomes import find
from app.channels.sender import remedy
from app.egress.client import Client
from app.errors import Invalid, SendError
from app.notices.notice import Tap
from tests.app.channels.things import LINK, SIGN_SECRET, TOKEN, notice, parcel, robot
from tests.fakes.vendors import FakeVendors

URL = "https://open.feishu.cn/open-apis/bot/v2/hook/"
LARK = "https://open.larksuite.com/open-apis/bot/v2/hook/"
UUID = "693a91f6-7abc-4bc4-97a0-0ec2fefa5aaa"

# (code, outcome, seconds to wait, softer form)
ROWS: list[tuple[int, str, float | None, str]] = [
    (19001, "gone", None, ""),
    (19007, "gone", None, ""),
    *((code, "retry", None, "fallback") for code in (19002, 10003, 11231)),
    (230020, "rate_limited", 10, ""),
    (1000004, "rate_limited", 60, ""),
    (200621, "permanent_content", None, "fallback"),
    (9499, "permanent_content", None, "fallback"),
    (11232, "rate_limited", 2, ""),
    (11233, "rate_limited", 10, ""),
    (11247, "rate_limited", 10, ""),
    (99991400, "rate_limited", 7, ""),
    (19021, "permanent_config", None, ""),
    (19022, "permanent_config", None, ""),
    (19024, "permanent_config", None, ""),
    (19036, "permanent_content", None, "fallback"),
    (11246, "permanent_content", None, "fallback"),
    (11235, "permanent_config", None, ""),
]


def message(**options: Any) -> dict[str, Any]:
    return json.loads(robot("feishu", URL + TOKEN, **options).body(parcel()))


async def failure(sender: Any, egress: Client, **changes: Any) -> SendError:
    with pytest.raises(SendError) as caught:
        await sender.send(parcel(**changes), egress)
    return caught.value


def test_it_is_a_card_that_reads_nothing_into_what_was_typed() -> None:
    card = message()["card"]

    assert card["header"]["title"] == {
        "tag": "plain_text",
        "content": "新留言 LM-7K3F9Q · 产品咨询",
    }
    texts = [element["text"] for element in card["elements"] if element["tag"] == "div"]
    assert {text["tag"] for text in texts} == {"plain_text"}
    assert texts[1]["content"] == "我想咨询一下产品价格"
    assert card["elements"][-1]["actions"][0]["url"] == LINK


def test_a_post_has_a_row_for_each_line() -> None:
    post = message(format="post")["content"]["post"]["zh_cn"]

    assert post["title"] == "新留言 LM-7K3F9Q · 产品咨询"
    assert [{"tag": "text", "text": "电话：13800138000"}] in post["content"]
    assert post["content"][-1] == [{"tag": "a", "text": "查看并处理", "href": LINK}]


def test_markdown_escapes_by_the_platforms_own_table() -> None:
    sender = robot("feishu", URL + TOKEN, format="markdown")
    said = parcel(notice(content="<at id=all></at> ~x~ & **y**"), template="T\n{{message.content}}")

    content = json.loads(sender.body(said))["card"]["elements"][0]["content"]

    assert content == (
        "&#60;at id=all&#62;&#60;&#47;at&#62; &sim;x&sim; &#38; &#42;&#42;y&#42;&#42;"
    )
    assert "<at id=all></at>" in sender.preview(said)


def test_a_digest_with_links_is_written_where_links_can_stand() -> None:
    tap = Tap("claim", "认领", "https://desk.example/t/x_y")
    linked = parcel(notice(taps=(tap,), content="[a](b)"), kind="digest")
    card = json.dumps(robot("feishu", URL + TOKEN).message(linked), ensure_ascii=False)
    assert "[认领](https://desk.example/t/x_y)" in card
    assert "[a](b)" not in card
    plain = robot("feishu", URL + TOKEN).message(parcel(kind="digest"))
    assert "plain_text" in json.dumps(plain)
    kept = json.dumps(robot("feishu", URL + TOKEN, format="card").message(linked))
    assert "/t/" not in kept


def test_the_link_of_an_own_template_leads_somewhere() -> None:
    sender = robot("feishu", URL + TOKEN, format="markdown")
    said = parcel(template="T\n[打开]({{message.link}})")

    assert f"[打开]({LINK})" in sender.body(said).decode()


@pytest.mark.parametrize(
    ("form", "calls"),
    [
        ("text", '<at user_id=\\"ou_1\\"></at><at user_id=\\"all\\"></at>'),
        ("post", '[{"tag":"at","user_id":"ou_1"},{"tag":"at","user_id":"all"}]'),
        ("card", "<at id=ou_1></at> <at id=all></at>"),
    ],
)
def test_people_are_called_in_each_form(form: str, calls: str) -> None:
    sender = robot("feishu", URL + TOKEN, format=form, mention_users=["ou_1"], mention_all=True)

    assert calls in sender.body(parcel()).decode()


@pytest.mark.parametrize(
    ("secret", "moment", "sign"),
    [
        ("demo", 100, "jquNHnVOwmDRfw+vqTIrY5dooJAgi5EcRtLsQE4wfXg="),
        ("demo", 1599360473, "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="),
        ("mysecret", 1700000000, "Jp33/xXhCipDEpjyHvEyc7mRSyXWHbNz6J8+C3qQKNo="),
        ("SECRETabc123", 1705314600, "gpM2EttdzRXRIqPrCjeFx+HYWo5tl4SpAjSYUtq0BqY="),
        ("SECRETabc123", 1705314678, "5Xw6JfaG7Q8oIjfiG/cj/uZrGRqlZK+d/oAyKx+Hxfw="),
        ("密钥", 1705314600, "dWEMvOJTNfX+s3YPWj8miIPBVkwSzTfUH9CGfOtGafM="),
    ],
)
def test_the_signature_is_the_platforms(secret: str, moment: int, sign: str) -> None:
    assert feishu.signature(secret, moment) == {"timestamp": str(moment), "sign": sign}


async def test_every_try_is_signed_anew(
    fakes: FakeVendors, egress: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = robot("feishu", fakes.add_bot("feishu", TOKEN, secret="S"), secret="S")
    await sender.send(parcel(), egress)
    fakes.clock.advance(7200)
    later = fakes.clock.time()
    clock = SimpleNamespace(time=lambda: later, monotonic=time.monotonic)
    monkeypatch.setattr(feishu, "time", clock)

    await sender.send(parcel(attempt=2), egress)

    signed = {(call.parsed["timestamp"], call.parsed["sign"]) for call in fakes.calls()}
    assert len(signed) == 2


@pytest.mark.parametrize(
    ("code", "message", "words"),
    [
        (19001, "param invalid: incoming webhook access token invalid", ("robot", "Copy")),
        (19007, "Bot Not Enabled", ("switched off", "Switch it on")),
        (19021, "sign match fail or timestamp is not within one hour", ("signature", "secret")),
        (19022, "Ip Not Allowed", ("public address", "list")),
        (19024, "Key Words Not Found", ("keyword", "security settings")),
        (11232, "frequency limited psm[lark]", ("overloaded", "afterwards")),
        (9499, "too many request", ("5 messages a second",)),
        (9499, "Bad Request", ("form", "plain text")),
    ],
)
def test_the_hint_is_the_one_for_this_refusal(
    code: int, message: str, words: tuple[str, ...]
) -> None:
    rule = find(feishu.TABLE.rules, code, message)

    assert rule
    assert all(word in rule.hint for word in words), rule.hint


def test_without_a_secret_nothing_is_signed() -> None:
    assert feishu.signature("", 1) == {}


@pytest.mark.parametrize(("code", "outcome", "after", "softer"), ROWS)
@pytest.mark.parametrize("dialect", [{}, {"status_zero_with_error": True}])
async def test_a_refusal_says_what_follows_and_what_to_do(
    code: int,
    outcome: str,
    after: float | None,
    softer: str,
    dialect: dict[str, Any],
    fakes: FakeVendors,
    egress: Client,
) -> None:
    sender = robot("feishu", fakes.add_bot("feishu", TOKEN, **dialect))
    fakes.fault("feishu", TOKEN, f"code:{code}")

    error = await failure(sender, egress)

    assert (error.outcome, error.after, remedy(error)) == (outcome, after, softer)
    assert error.hint.format_map(error.facts)


async def test_a_secret_that_is_missing_here_is_asked_for(
    fakes: FakeVendors, egress: Client
) -> None:
    sender = robot("feishu", fakes.add_bot("feishu", TOKEN, secret=SIGN_SECRET))

    error = await failure(sender, egress)

    assert (error.hint, error.facts["field"]) == (SIGNING_ON_HINT, "secret")


def test_every_row_of_the_table_was_tried() -> None:
    tried = {code for code, *_ in ROWS}

    assert {code for rule in feishu.TABLE.rules for code in rule.codes} == tried


async def test_an_older_robot_answers_with_its_status_only(
    fakes: FakeVendors, egress: Client
) -> None:
    sender = robot("feishu", fakes.add_bot("feishu", TOKEN, legacy_status_only=True))

    assert (await sender.send(parcel(), egress)).message == "success"
    fakes.fault("feishu", TOKEN, "code:19007")
    assert (await failure(sender, egress)).outcome == "gone"


@pytest.mark.parametrize(("dialect", "after"), [("11232", 2), ("9499", 5), ("429", 7)])
async def test_too_fast_is_said_in_three_ways(
    dialect: str, after: float, fakes: FakeVendors, egress: Client
) -> None:
    sender = robot("feishu", fakes.add_bot("feishu", TOKEN, rl=dialect, rate=1))
    await sender.send(parcel(), egress)

    error = await failure(sender, egress)

    assert (error.outcome, error.after) == ("rate_limited", after)


async def test_an_overloaded_platform_gets_longer_pauses(
    fakes: FakeVendors, egress: Client
) -> None:
    sender = robot("feishu", fakes.add_bot("feishu", TOKEN))
    fakes.fault("feishu", TOKEN, *["code:11232"] * 4)

    pauses = [(await failure(sender, egress, attempt=n)).after for n in (1, 2, 3, 4)]

    assert pauses == [2, 10, 60, 60]


async def test_where_only_admins_may_call_everybody_nobody_is_called(
    fakes: FakeVendors, egress: Client
) -> None:
    url = fakes.add_bot("feishu", TOKEN, allow_at_all=False)
    sender = robot("feishu", url, mention_all=True, mention_users=["ou_1"])

    taken = await sender.send(parcel(), egress)

    assert taken.warning == feishu.DROPPED_ALL
    assert fakes.calls()[-1].mentions == ["ou_1"]


@pytest.mark.parametrize("skew", [-8000, 8000])
async def test_a_wrong_clock_is_named(skew: int, fakes: FakeVendors, egress: Client) -> None:
    sender = robot("feishu", fakes.add_bot("feishu", TOKEN, secret="S"), secret="S")
    fakes.clock.skew = skew

    assert (await failure(sender, egress)).hint == CLOCK_HINT


async def test_a_wrong_secret_is_not_the_clock(fakes: FakeVendors, egress: Client) -> None:
    sender = robot("feishu", fakes.add_bot("feishu", TOKEN, secret=SIGN_SECRET), secret="other")

    assert "secret" in (await failure(sender, egress)).hint


@pytest.mark.parametrize("form", ["card", "post", "text", "markdown"])
async def test_a_keyword_is_added_where_none_is(
    form: str, fakes: FakeVendors, egress: Client
) -> None:
    url = fakes.add_bot("feishu", TOKEN, keywords=["售后"])
    sender = robot("feishu", url, keywords=["售后"], format=form)

    for what in (parcel(), parcel(neutral=True), parcel(kind="digest"), parcel(kind="test")):
        await sender.send(what, egress)

    assert all(call.ok for call in fakes.calls())


@pytest.mark.parametrize("form", ["card", "post", "text", "markdown"])
async def test_the_body_stays_below_the_limit_with_its_signature(
    form: str, fakes: FakeVendors, egress: Client
) -> None:
    url = fakes.add_bot("feishu", TOKEN, secret=SIGN_SECRET)
    sender = robot("feishu", url, secret=SIGN_SECRET, format=form)

    await sender.send(parcel(notice(content='中"\n' * 9000)), egress)

    assert 19_400 <= len(fakes.calls()[0].raw) <= 20_480


@pytest.mark.parametrize(
    ("pasted", "url"),
    [
        (UUID, URL + UUID),
        (f" {LARK}{UUID}/ ", LARK + UUID),
        (f"http://open.feishu.cn/open-apis/bot/v2/hook/{UUID}", URL + UUID),
        (f"{URL}{LARK}{UUID}", LARK + UUID),
    ],
)
def test_any_way_of_pasting_the_address_will_do(pasted: str, url: str) -> None:
    assert robot("feishu", pasted) == robot("feishu", url)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (f"https://open.feishu.cn/open-apis/bot/hook/{UUID}", "old_robot"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/", "not_a_robot"),
        ("https://www.feishu.cn/flow/api/trigger-webhook/x", "not_a_robot"),
        (f"https://open.feishu.cn/open-apis/bot/v2/hook/{UUID}/send", "not_a_robot"),
        (f"https://open.feishu.cn/open-apis/bot/v2/hook/{UUID}?x=1", "unknown_part"),
    ],
)
def test_another_address_is_refused_with_a_reason(url: str, code: str, egress: Client) -> None:
    with pytest.raises(Invalid) as caught:
        robot("feishu", url).check(egress)

    assert code in [problem.code for problem in caught.value.problems]
