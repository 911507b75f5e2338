"""WeCom app messages: who is told, the token, the forms, the refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.channels import kinds
from app.channels.handles import Handles
from app.channels.paste import complete, recognise
from app.channels.sender import remedy
from app.egress.client import Client
from app.errors import Invalid, SendError
from app.notices.notice import Tap
from tests.app.channels.things import (
    CORPID,
    LINK,
    TOKEN,
    app,
    notice,
    parcel,
    registered,
    sent,
)
from tests.fakes.vendors import FakeVendors

TAPS = tuple(
    Tap(act, label, f"https://desk.example/t/{act}")
    for act, label in (("claim", "认领"), ("handle", "已处理"), ("reply", "回复"), ("spam", "垃圾"))
)
APP_SECRET = "Aa0_-" * 8 + "abc"
# (fault, outcome, seconds to wait, softer form, field)
ROWS = [
    ("busy", "retry", None, "", ""),
    ("code:45009", "rate_limited", 60, "", ""),
    ("code:45033", "rate_limited", 10, "", ""),
    ("code:60020", "permanent_config", None, "", ""),
    ("code:40056", "permanent_config", None, "", "agentid"),
    ("code:301002", "permanent_config", None, "", "agentid"),
    ("code:48002", "permanent_config", None, "", "secret"),
    ("code:50003", "permanent_config", None, "", ""),
    ("code:81013", "permanent_config", None, "", "to_users"),
    ("code:82001", "permanent_config", None, "", "to_users"),
    ("code:40008", "permanent_content", None, "fallback", "format"),
    ("code:40058", "permanent_content", None, "fallback", ""),
    ("code:44004", "permanent_content", None, "fallback", "template"),
    ("code:85002", "permanent_content", None, "neutral", ""),
]


def message(*notices: Any, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(app(**options).body(parcel(*notices)))  # type: ignore[attr-defined]
    return found


async def failure(fakes: FakeVendors, egress: Client, **options: Any) -> SendError:
    with pytest.raises(SendError) as caught:
        await app(fakes.url, **options).send(parcel(), egress)
    return caught.value


def test_plain_text_has_every_tap_as_a_link() -> None:
    said = message(notice(taps=TAPS))

    assert (said["msgtype"], said["agentid"], said["touser"]) == ("text", 1000002, "li|wang")
    assert said["text"]["content"].endswith(
        " · ".join(f'<a href="{tap.url}">{tap.label}</a>' for tap in TAPS)
    )


def test_markdown_has_them_too_and_a_card_the_first() -> None:
    markdown = message(notice(taps=TAPS), format="markdown")["markdown"]["content"]
    card = message(notice(taps=TAPS), format="textcard")["textcard"]

    assert markdown.endswith(" · ".join(f"[{tap.label}]({tap.url})" for tap in TAPS))
    assert (card["btntxt"], card["url"]) == ("认领", TAPS[0].url)
    assert message(format="textcard")["textcard"]["url"] == LINK


def test_a_list_is_no_card() -> None:
    sender: Any = app(format="textcard")

    assert json.loads(sender.body(parcel(kind="digest", total=3)))["msgtype"] == "text"


def test_everybody_is_everybody_and_who_is_on_duty_is_told_too() -> None:
    lists = {"to_parties": ["2"], "to_tags": ["5", "5"]}
    said = message(**lists)
    assert (said["toparty"], said["totag"]) == ("2", "5")
    everybody = message(to_users=["li", "@all"], **lists)
    assert everybody["touser"] == "@all"
    assert "toparty" not in everybody

    sender: Any = app(to_users=["li"])
    duty = parcel(called=(Handles(wecom="zhao"), Handles(mobile="13800138000")))
    assert json.loads(sender.body(duty))["touser"] == "li|zhao"


def test_a_line_break_is_no_part_of_an_id() -> None:
    with pytest.raises(Invalid) as refused:
        message(to_users=["li\n"], to_parties=["2\n"], to_tags=["3\n"])
    places = [each.pointer for each in refused.value.problems]
    assert places == ["/to_users/0", "/to_parties/0", "/to_tags/0"]


def test_faults_are_named_with_their_places() -> None:
    def places(**options: Any) -> list[str]:
        sender = app(**options)
        try:
            sender.check(Client())
        except Invalid as error:
            return [each.pointer for each in error.problems]
        return []

    assert places() == []
    assert places(to_users=[]) == ["/to_users"]
    assert places(to_users=[], to_tags=["1"]) == []
    assert places(corpid="企业") == ["/corpid"]
    assert places(server="https://evil.example") == ["/server"]
    assert places(server="https://qyapi.weixin.qq.com/cgi-bin/message/send") == ["/server"]


def test_for_another_server_the_secret_is_entered_again() -> None:
    old = app()
    raw = {**kinds.masked(old), "server": "https://wecom.corp.example"}
    with pytest.raises(Invalid) as caught:
        kinds.unmask(raw, old)

    assert [each.pointer for each in caught.value.problems] == ["/secret"]
    assert kinds.unmask(kinds.masked(old), old)["secret"] == TOKEN


def test_what_scripts_have_in_one_line_is_recognised() -> None:
    line = f"QYWX_AM={CORPID},{APP_SECRET},li|wang,1000002,0"
    kind, found = recognise(line) or ("", {})
    assert (kind, found) == (
        "wecom_app",
        {
            "corpid": CORPID,
            "secret": APP_SECRET,
            "agentid": 1000002,
            "to_users": ["li", "wang"],
        },
    )
    assert complete(kind, found)
    kind, found = recognise(f"企业ID {CORPID} Secret：{APP_SECRET} AgentId 1000002") or ("", {})
    assert found["agentid"] == 1000002
    assert not complete(kind, found)
    assert recognise(APP_SECRET) is None


async def test_one_token_serves_many_messages(fakes: FakeVendors, egress: Client) -> None:
    sender = registered(("wecom_app", {}), fakes)
    for _ in range(3):
        taken = await sender.send(parcel(), egress)
        assert taken.accepted == ("user:li", "user:wang")
    assert len(fakes.calls("wecom_app.token")) == 1

    for expire in (True, False):
        fakes.apps.revoke(CORPID, expire=expire)
        await sender.send(parcel(), egress)
    fakes.fault("wecom_app", CORPID, "code:40001")
    await sender.send(parcel(), egress)
    assert len(fakes.calls("wecom_app.token")) == 4
    assert len([call for call in sent(fakes) if call.ok]) == 6


async def test_a_token_that_is_refused_though_new_is_tried_again_later(
    fakes: FakeVendors, egress: Client
) -> None:
    registered(("wecom_app", {}), fakes)
    fakes.fault("wecom_app", CORPID, "code:42001", "code:42001")

    assert (await failure(fakes, egress)).outcome == "retry"
    assert len(fakes.calls("wecom_app.token")) == 2


async def test_a_wrong_secret_or_company_is_named(fakes: FakeVendors, egress: Client) -> None:
    registered(("wecom_app", {}), fakes)
    for options, field in (({"secret": "wrong-secret"}, "secret"), ({"corpid": "ww00"}, "corpid")):
        error = await failure(fakes, egress, **options)
        assert (error.outcome, error.facts["field"]) == ("permanent_config", field)
        assert not error.left
    assert sent(fakes) == []


@pytest.mark.parametrize("fault", ["timeout_before", "reset_after_accept", "http:200:html"])
async def test_without_a_token_nothing_was_sent(
    fault: str, fakes: FakeVendors, egress: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(("wecom_app", {}), fakes)
    monkeypatch.setattr("app.channels.wecom_app.WeComApp.deadline", 1.0)
    fakes.fault("wecom_app.token", CORPID, fault)

    error = await failure(fakes, egress)

    assert (error.outcome, error.left) == ("retry", False)


@pytest.mark.parametrize(("fault", "outcome", "after", "softer", "field"), ROWS)
async def test_a_refusal_says_what_follows_and_what_to_do(
    fault: str,
    outcome: str,
    after: float | None,
    softer: str,
    field: str,
    fakes: FakeVendors,
    egress: Client,
) -> None:
    registered(("wecom_app", {}), fakes)
    fakes.fault("wecom_app", CORPID, fault)

    error = await failure(fakes, egress)

    assert (error.outcome, error.after, remedy(error)) == (outcome, after, softer)
    assert error.facts["field"] == field
    assert error.hint.format_map(error.facts)


async def test_our_address_is_read_from_the_refusal(fakes: FakeVendors, egress: Client) -> None:
    fakes.add_bot("wecom_app", CORPID, secret=TOKEN, ip_allow=["203.0.113.9"])

    error = await failure(fakes, egress)

    assert error.facts["ip"] == "127.0.0.1"
    assert "Add 127.0.0.1 to Trusted IPs (企业可信IP)" in error.hint.format_map(error.facts)


async def test_whom_it_did_not_reach_is_told_of_each(fakes: FakeVendors, egress: Client) -> None:
    fakes.add_bot(
        "wecom_app", CORPID, secret=TOKEN, users=["li", "wang"], tags=[], unlicensed=["wang"]
    )
    sender = app(fakes.url, to_users=["Li", "Zhao", "wang"], to_parties=["2"], to_tags=["7"])

    taken = await sender.send(parcel(), egress)

    assert taken.accepted == ("user:Li", "party:2")
    assert taken.refused == {
        "user:zhao": "invalid",
        "tag:7": "invalid",
        "user:wang": "unlicensed",
    }
    assert taken.facts == {"recipients": "zhao, 7, wang"}
    assert taken.warning


async def test_when_nobody_is_reached_it_is_refused_for_each(
    fakes: FakeVendors, egress: Client
) -> None:
    fakes.add_bot("wecom_app", CORPID, secret=TOKEN, users=[])

    error = await failure(fakes, egress)

    assert (error.code, error.outcome) == ("81013", "permanent_config")
    assert error.refused == {"user:li": "invalid", "user:wang": "invalid"}


async def test_no_secret_is_in_an_error(fakes: FakeVendors, egress: Client) -> None:
    registered(("wecom_app", {}), fakes)
    token = await _token(fakes, egress)
    echo = json.dumps({"errcode": 93, "errmsg": f"{TOKEN} {token} corpsecret={TOKEN}"})
    fakes.fault("wecom_app", CORPID, f"body:{echo}", "http:404:html")

    for _ in range(2):
        error = await failure(fakes, egress)
        said = f"{error!r} {vars(error)} {error.__cause__}"
        assert TOKEN not in said
        assert token not in said


async def _token(fakes: FakeVendors, egress: Client) -> str:
    await app(fakes.url).send(parcel(), egress)
    return dict(sent(fakes)[-1].query)["access_token"]


async def test_a_look_disturbs_nobody(fakes: FakeVendors, egress: Client) -> None:
    sender = registered(("wecom_app", {}), fakes)

    taken = await sender.probe(egress)

    assert taken is not None
    assert taken.code == "0"
    assert sent(fakes) == []
    with pytest.raises(SendError) as caught:
        await app(fakes.url, agentid=1000009).probe(egress)
    assert caught.value.facts["field"] == "agentid"
