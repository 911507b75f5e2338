"""The DingTalk robot: its forms, its signature, its refusals in all their generations."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from app.channels import dingtalk
from app.channels.answers import CLOCK_HINT
from app.channels.dingtalk.answers import SIGNING_ON_HINT
from app.channels.paste import recognise
from app.channels.sender import remedy
from app.egress.client import Client
from app.errors import Invalid, SendError
from tests.app.channels.things import LINK, SIGN_SECRET, TOKEN, notice, parcel, robot
from tests.fakes.dingtalk_words import GENERATIONS
from tests.fakes.vendors import FakeVendors

URL = "https://oapi.dingtalk.com/robot/send?access_token="
HEX = "5ec2e7" * 10 + "0000"
LONG_SECRET = "SEC" + "0123456789abcdef" * 4

# (code, outcome, seconds to wait, softer form)
ROWS: list[tuple[int, str, float | None, str]] = [
    (-1, "retry", 30, ""),
    (500100, "retry", 30, ""),
    (450101, "retry", 30, "fallback"),
    *((code, "rate_limited", 60, "") for code in (90002, 90005, 90006, 90018)),
    *((code, "rate_limited", 3600, "") for code in (90020, 90030)),
    (88, "retry", 60, "fallback"),
    (33001, "retry", None, ""),
    (400402, "retry", None, "fallback"),
    (101002, "permanent_content", None, "fallback"),
    (130101, "rate_limited", 600, ""),
    (410100, "rate_limited", 600, ""),
    (660026, "rate_limited", 600, ""),
    (310000, "permanent_config", None, ""),
    (300001, "gone", None, ""),
    (300005, "gone", None, ""),
    (400101, "gone", None, ""),
    (400013, "gone", None, ""),
    (400102, "gone", None, ""),
    (400106, "gone", None, ""),
    *((code, "retry", None, "fallback") for code in (40035, 43002, 43004)),
    (400105, "permanent_content", None, "fallback"),
    (460101, "permanent_content", None, "fallback"),
    (430101, "permanent_content", None, "neutral"),
    (430102, "permanent_content", None, "neutral"),
    (430103, "permanent_content", None, "neutral"),
    (430104, "permanent_content", None, "neutral"),
]


def message(**options: Any) -> dict[str, Any]:
    return json.loads(robot("dingtalk", URL + TOKEN, **options).body(parcel()))


async def failure(sender: Any, egress: Client, **changes: Any) -> SendError:
    with pytest.raises(SendError) as caught:
        await sender.send(parcel(**changes), egress)
    return caught.value


def test_it_is_markdown_with_hard_line_breaks() -> None:
    said = message()

    assert said["msgtype"] == "markdown"
    assert said["markdown"]["title"] == "新留言 LM-7K3F9Q"
    assert said["markdown"]["text"].startswith(
        "#### 新留言 LM-7K3F9Q · 产品咨询  \n姓名：张三  \n电话：13800138000  \n"
    )
    assert said["msgUuid"] == "0190a5b0"
    assert said["at"] == {"atMobiles": [], "atUserIds": [], "isAtAll": False}


def test_who_is_called_is_named_in_the_text() -> None:
    said = message(mention_mobiles=["13800138000"], mention_users=["u1"], mention_all=True)

    assert said["markdown"]["text"].endswith("\n\n@13800138000 @u1")
    assert said["at"] == {"atMobiles": ["13800138000"], "atUserIds": ["u1"], "isAtAll": True}


def test_a_card_has_a_button() -> None:
    card = message(format="action_card")["actionCard"]

    assert (card["singleTitle"], card["singleURL"]) == ("查看并处理", LINK)


@pytest.mark.parametrize("form", ["text", "markdown", "action_card"])
async def test_a_keyword_is_added_where_none_is(
    form: str, fakes: FakeVendors, egress: Client
) -> None:
    url = fakes.add_bot("dingtalk", TOKEN, keywords=["客服", "售后"])
    sender = robot("dingtalk", url, keywords=["售后", "客服"], format=form)

    for what in (parcel(), parcel(neutral=True), parcel(kind="digest"), parcel(kind="test")):
        await sender.send(what, egress)

    assert "售后\n" in sender.preview(parcel())
    assert "售后\n" not in sender.preview(parcel(notice(content="找客服")))


async def test_the_limit_is_used_to_the_last_character(fakes: FakeVendors, egress: Client) -> None:
    sender = robot("dingtalk", fakes.add_bot("dingtalk", TOKEN), format="text")

    await sender.send(parcel(notice(content='中"\n' * 9000)), egress)

    assert 20_000 - 9 <= len(fakes.calls()[0].raw) <= 20_000


@pytest.mark.parametrize(
    ("secret", "moment", "sign"),
    [
        (LONG_SECRET, 1705314600000, "WQpiozR30wkuT4Uk9GqFkvkbIrImYBH44o8bXN5Wo84%3D"),
        (LONG_SECRET, 1705314600133, "9%2FF1q%2BGRaTUR5%2FeueYHqzdaCObw3p9n7Z6Zb2ckf%2BJE%3D"),
        ("this is secret", 1577262236757, "hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D"),
        ("SECtest", 1700000000000, "aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g%3D"),
        ("密钥", 1705314600000, "tT7xAW%2BexoVEsGpjLOmQqCDin8EeGlDhUzaODRRRqOs%3D"),
    ],
)
def test_the_signature_is_the_platforms(secret: str, moment: int, sign: str) -> None:
    url = dingtalk.signed(URL + "t", secret, moment)

    assert url == f"{URL}t&timestamp={moment}&sign={sign}"


async def test_every_try_is_signed_anew(
    fakes: FakeVendors, egress: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = robot("dingtalk", fakes.add_bot("dingtalk", TOKEN, secret="S"), secret="S")
    await sender.send(parcel(), egress)
    fakes.clock.advance(7200)
    later = fakes.clock.time()
    monkeypatch.setattr(dingtalk, "time", SimpleNamespace(time=lambda: later))

    await sender.send(parcel(attempt=2), egress)

    stamps = {dict(call.query)["timestamp"] for call in fakes.calls()}
    assert len(stamps) == 2


@pytest.mark.parametrize(("code", "outcome", "after", "softer"), ROWS)
@pytest.mark.parametrize("generation", GENERATIONS)
async def test_a_refusal_says_what_follows_and_what_to_do(
    code: int,
    outcome: str,
    after: float | None,
    softer: str,
    generation: str,
    fakes: FakeVendors,
    egress: Client,
) -> None:
    sender = robot("dingtalk", fakes.add_bot("dingtalk", TOKEN, errmsg=generation))
    fakes.fault("dingtalk", TOKEN, f"code:{code}")

    error = await failure(sender, egress)

    assert (error.outcome, error.after, remedy(error)) == (outcome, after, softer)
    assert error.hint.format_map(error.facts)


def test_every_row_of_the_table_was_tried() -> None:
    tried = {code for code, *_ in ROWS}

    assert {code for rule in dingtalk.TABLE.rules for code in rule.codes} == tried


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("kind_of_code", ["int", "str"])
async def test_the_security_settings_are_told_apart(
    generation: str, kind_of_code: str, fakes: FakeVendors, egress: Client
) -> None:
    words = {"errmsg": generation, "errcode_type": kind_of_code}

    async def hint(ours: str = "", /, **bot: Any) -> str:
        url = fakes.add_bot("dingtalk", TOKEN, **bot, **words)
        return (await failure(robot("dingtalk", url, secret=ours), egress)).hint

    assert "keyword" in await hint(keywords=["暗号"])
    assert "SEC" in await hint("wrong", secret=SIGN_SECRET)
    assert "address list" in await hint(ip_allow=["10.0.0.1"])


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("skew", [0, 8000])
async def test_a_secret_that_is_missing_here_is_asked_for(
    generation: str, skew: int, fakes: FakeVendors, egress: Client
) -> None:
    url = fakes.add_bot("dingtalk", TOKEN, secret=SIGN_SECRET, errmsg=generation)
    fakes.clock.skew = skew

    error = await failure(robot("dingtalk", url), egress)

    assert (error.hint, error.facts["field"]) == (SIGNING_ON_HINT, "secret")


@pytest.mark.parametrize("skew", [-8000, 8000])
async def test_a_wrong_clock_is_named(skew: int, fakes: FakeVendors, egress: Client) -> None:
    sender = robot("dingtalk", fakes.add_bot("dingtalk", TOKEN, secret="S"), secret="S")
    fakes.clock.skew = skew

    error = await failure(sender, egress)

    assert (error.outcome, error.hint) == ("permanent_config", CLOCK_HINT)
    assert abs(int(error.facts["seconds"]) + skew) <= 2


@pytest.mark.parametrize("code", [130101, 410100, 660026])
@pytest.mark.parametrize("crawler", [True, False])
async def test_too_fast_costs_ten_minutes(
    code: int, crawler: bool, fakes: FakeVendors, egress: Client
) -> None:
    sender = robot("dingtalk", fakes.add_bot("dingtalk", TOKEN, rl_code=code, x5=crawler, rate=1))
    await sender.send(parcel(), egress)

    error = await failure(sender, egress)

    assert (error.outcome, error.after) == ("rate_limited", 600)


@pytest.mark.parametrize(("wall", "status"), [("json", 200), ("302", 302)])
async def test_what_stands_in_front_of_the_platform_shuts_out_in_its_own_way(
    wall: str, status: int, fakes: FakeVendors, egress: Client
) -> None:
    sender = robot("dingtalk", fakes.add_bot("dingtalk", TOKEN, wall=wall, rate=1))
    await sender.send(parcel(), egress)

    error = await failure(sender, egress)

    assert (error.outcome, error.after, error.http_status) == ("rate_limited", 600, status)
    assert "ten minutes" in error.hint


@pytest.mark.parametrize("words", ["send TOO FAST", "too many", "frequency", "限流", "频繁"])
async def test_a_new_code_for_too_fast_is_understood(
    words: str, fakes: FakeVendors, egress: Client
) -> None:
    sender = robot("dingtalk", fakes.add_bot("dingtalk", TOKEN))
    fakes.fault("dingtalk", TOKEN, f'body:{{"errcode":777777,"errmsg":"{words}"}}')

    assert (await failure(sender, egress)).outcome == "rate_limited"


async def test_text_that_the_platform_refuses_travels_without_the_visitors_words(
    fakes: FakeVendors, egress: Client
) -> None:
    sender = robot("dingtalk", fakes.add_bot("dingtalk", TOKEN))
    bad = notice(content="违规")

    with pytest.raises(SendError) as caught:
        await sender.send(parcel(bad), egress)

    assert remedy(caught.value) == "neutral"
    assert (await sender.send(parcel(bad, neutral=True), egress)).message == "ok"


@pytest.mark.parametrize("state", ["disabled", "removed", "dissolved"])
async def test_a_robot_that_is_away_is_gone(state: Any, fakes: FakeVendors, egress: Client) -> None:
    sender = robot("dingtalk", fakes.add_bot("dingtalk", TOKEN, state=state))

    assert (await failure(sender, egress)).outcome == "gone"


@pytest.mark.parametrize(
    "pasted",
    [
        HEX,
        f"access_token={HEX}",
        f"'{URL}{HEX}'",
        f"http://oapi.dingtalk.com/robot/send/?access_token={HEX}&timestamp=1&sign=old",
    ],
)
def test_any_way_of_pasting_the_address_will_do(pasted: str) -> None:
    assert robot("dingtalk", pasted) == robot("dingtalk", URL + HEX)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://oapi.dingtalk.com/robot/sendBySession?session=x", "short_lived"),
        ("https://api.dingtalk.com/v1.0/robot/groupMessages/send", "application_interface"),
        ("https://oapi.dingtalk.com/robot/send", "not_a_robot"),
        (f"{URL}{HEX}&sgin=x", "unknown_part"),
        (f"{URL}{HEX}&access_token={HEX[::-1]}", "twice"),
    ],
)
def test_another_address_is_refused_with_a_reason(url: str, code: str, egress: Client) -> None:
    with pytest.raises(Invalid) as caught:
        robot("dingtalk", url).check(egress)

    assert code in [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize("entered", ["", f"SEC{HEX}", f"「SEC{HEX}」"])
def test_a_secret_in_the_address_is_the_secret(entered: str, egress: Client) -> None:
    sender = robot("dingtalk", f"{URL}{HEX}&secret=SEC{HEX}&timestamp=1", secret=entered)

    sender.check(egress)
    assert sender == robot("dingtalk", URL + HEX, secret=f"SEC{HEX}")


@pytest.mark.parametrize(
    ("url", "secret", "place"),
    [
        (f"{URL}{HEX}&secret=SECone", "SECother", ("/webhook_url", "two_secrets")),
        (URL + HEX, HEX, ("/secret", "not_a_secret")),
        (URL + HEX, f"{URL}{HEX}", ("/secret", "not_a_secret")),
        (URL + HEX, "密钥", ("/secret", "not_a_secret")),
    ],
)
def test_a_secret_that_cannot_be_is_named(
    url: str, secret: str, place: tuple[str, str], egress: Client
) -> None:
    problems = list(robot("dingtalk", url, secret=secret).faults(egress))

    assert [(p.pointer, p.code) for p in problems] == [place]


ABROAD = f"https://oapi.dingtalk.io/robot/send?access_token={HEX}"


def test_a_robot_abroad_is_recognised_kept_and_signed_the_same(egress: Client) -> None:
    at_home = URL + HEX
    kind, found = recognise(f"Webhook: {ABROAD}&timestamp=1&sign=x") or ("", {})
    sender = robot("dingtalk", found["webhook_url"], secret=LONG_SECRET)

    assert kind == "dingtalk"
    assert found["webhook_url"] == ABROAD
    assert list(sender.faults(egress)) == []
    assert dingtalk.signed(ABROAD, LONG_SECRET, 5).removeprefix(ABROAD) == (
        dingtalk.signed(at_home, LONG_SECRET, 5).removeprefix(at_home)
    )


def test_a_secret_is_checked_abroad_too_and_other_hosts_are_refused(egress: Client) -> None:
    def codes(url: str, **options: Any) -> list[str]:
        return [each.code for each in robot("dingtalk", url, **options).faults(egress)]

    assert codes(ABROAD, secret="x" * 20) == ["not_a_secret"]
    assert codes(ABROAD.replace("dingtalk.io", "dingtalk.example")) == ["host_vendor"]
    assert codes(ABROAD.replace("oapi.", "oapi.x.")) == ["host_vendor"]
    assert codes("https://api.dingtalk.io/v1.0/robot/groupMessages/send") == [
        "application_interface"
    ]
