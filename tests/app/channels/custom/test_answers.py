"""What the answer of a custom receiver means."""

from __future__ import annotations

import datetime as dt
import json
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote

import pytest

from app.channels.sender import remedy
from app.channels.statuses import by_status
from app.egress import Answer
from app.egress.client import Client
from app.errors import Invalid, SendError
from tests.app.channels.things import parcel, robot
from tests.fakes.vendors import FakeVendors


async def failure(
    fakes: FakeVendors, egress: Client, answer: Any, attempt: int = 1, **options: Any
) -> SendError:
    sender = robot("custom", fakes.add_hook("h", [answer]), **options)
    with pytest.raises(SendError) as caught:
        await sender.send(parcel(attempt=attempt), egress)
    return caught.value


STATUSES = [
    *((status, "retry") for status in (408, 425, 429, 500, 502, 503, 504, 507, 599)),
    *((status, "retry") for status in (501, 505, 402, 409, 418, 423, 451, 499)),
    *((status, "permanent_config") for status in (401, 403, 404, 407)),
    *((status, "permanent_content") for status in (400, 405, 406, 411, 413, 414, 415, 422)),
    (410, "gone"),
    *((status, "retry") for status in (300, 301, 302, 303, 307, 308)),
]


@pytest.mark.parametrize(("status", "outcome"), STATUSES)
async def test_a_status_says_what_follows_and_what_to_do(
    status: int, outcome: str, fakes: FakeVendors, egress: Client
) -> None:
    error = await failure(fakes, egress, status)

    assert (error.outcome, error.code, error.http_status) == (outcome, f"http_{status}", status)
    assert error.hint.format_map(error.facts)
    assert (error.after == 60) is (status == 429)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_any_2xx_is_accepted(status: int, fakes: FakeVendors, egress: Client) -> None:
    taken = await robot("custom", fakes.add_hook("h", [status])).send(parcel(), egress)

    assert taken.code == str(status)


async def test_a_redirect_is_shown_and_never_followed(fakes: FakeVendors, egress: Client) -> None:
    answer = {"status": 302, "headers": {"Location": "https://new.example/hook"}}

    first, third = [await failure(fakes, egress, answer, attempt=n) for n in (1, 3)]

    assert first.facts["location"] == "https://new.example/hook"
    assert (first.outcome, third.outcome) == ("retry", "retry")
    assert len(fakes.calls()) == 2


def in_seconds(seconds: int) -> str:
    return format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("value", "low", "high"), [("2", 2, 2), ("86400", 86400, 86400), ("a date", 30, 90)]
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_pause_that_is_asked_for_is_kept(
    status: int, value: str, low: float, high: float, fakes: FakeVendors, egress: Client
) -> None:
    asked = in_seconds(90) if value == "a date" else value
    answer = {"status": status, "headers": {"Retry-After": asked}}

    error = await failure(fakes, egress, answer)

    assert error.outcome == "rate_limited"
    assert error.after is not None
    assert low <= error.after <= high


@pytest.mark.parametrize("value", ["-1", "soon", "", "86401", "1e9", "99999999999999", "٣", "1.5"])
async def test_an_absurd_pause_is_not_kept(value: str, fakes: FakeVendors, egress: Client) -> None:
    answer = {"status": 503, "headers": [("Retry-After", value.encode().decode("latin-1"))]}

    error = await failure(fakes, egress, answer)

    assert (error.outcome, error.after) == ("retry", None)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("hang_after", "timeout"),
        ("drip_head", "timeout"),
        ("reset", "reset"),
        ("close", "reset"),
        ("half", "bad_answer"),
        ("bad_status_line", "bad_answer"),
        ("not_http", "bad_answer"),
    ],
)
async def test_what_was_written_may_have_arrived(
    answer: str, code: str, fakes: FakeVendors, egress: Client
) -> None:
    error = await failure(fakes, egress, answer, timeout=1)

    assert (error.outcome, error.code, error.left) == ("unknown", code, True)


@pytest.mark.parametrize(
    ("body", "doubted"),
    [
        ({"code": 10002, "msg": "no"}, True),
        ({"code": "40001"}, True),
        ({"code": -1}, True),
        ({"errcode": 310000}, True),
        ({"success": False}, True),
        ({"code": 0}, False),
        ({"code": 200}, False),
        ({"code": "0"}, False),
        ({"code": 20000}, False),
        ({"code": "fine"}, False),
        ({"code": None}, False),
    ],
)
async def test_a_2xx_that_says_no_in_its_body_is_accepted_with_a_warning(
    body: dict[str, Any], doubted: bool, fakes: FakeVendors, egress: Client
) -> None:
    answer = {"status": 200, "body": json.dumps(body)}

    taken = await robot("custom", fakes.add_hook("h", [answer])).send(parcel(), egress)

    assert bool(taken.warning) is doubted


@pytest.mark.parametrize("answer", ["big", "gzip_bomb"])
async def test_a_flood_for_an_answer_is_cut(
    answer: str, fakes: FakeVendors, egress: Client
) -> None:
    taken = await robot("custom", fakes.add_hook("h", [answer])).send(parcel(), egress)

    assert len(taken.response) <= 2048


@pytest.mark.parametrize(
    ("rule", "body", "confirmed"),
    [
        ({"pointer": "/code", "equals": 0}, {"code": 0}, True),
        ({"pointer": "/code", "equals": 0}, {"code": False}, False),
        ({"pointer": "/a/1/b~1c", "equals": "x"}, {"a": [0, {"b/c": "x"}]}, True),
        ({"pointer": "/ok", "equals": True}, {"ok": 1}, False),
        ({"pointer": "/ok", "equals": True}, "<html>", False),
        ({"pointer": "/a/9", "equals": None}, {"a": []}, False),
        ({"pointer": "", "equals": "ok"}, '"ok"', True),
        ({"pointer": "/ok", "equals": True}, "\ufeff" + '{"ok":true}', True),
        ({"pointer": "/msg", "equals": "成功"}, '{"msg":"成功"}'.encode("gb18030"), True),
        ({"pointer": "/n", "equals": 1.5}, '{"n":1.5,"x":1e999}', True),
        ({"pointer": "/n", "equals": None}, '{"n":NaN}', False),
        ({"pointer": "/a/-1", "equals": 1}, '{"a":[1]}', False),
        ({"pointer": "/ok", "equals": True}, '{"ok":false,"ok":true}', False),
        ({"pointer": "/ok", "equals": True}, "[" * 15_000, False),
        ({"pointer": "/n", "equals": 1}, '{"n":' + "1" * 9_000 + "}", False),
    ],
)
async def test_a_receiver_may_have_to_say_yes(
    rule: dict[str, Any], body: Any, confirmed: bool, fakes: FakeVendors, egress: Client
) -> None:
    sender = robot("custom", fakes.add_hook("h", [{"status": 200, "body": body}]), success=rule)
    if confirmed:
        assert (await sender.send(parcel(), egress)).code == "200"
        return
    with pytest.raises(SendError) as caught:
        await sender.send(parcel(), egress)
    assert (caught.value.outcome, caught.value.code) == ("retry", "not_confirmed")


async def test_an_answer_that_is_not_the_one_is_tried_all_day(
    fakes: FakeVendors, egress: Client
) -> None:
    rule = {"pointer": "/code", "equals": 0}
    answer = {"status": 200, "body": {"code": 500}}

    error = await failure(fakes, egress, answer, attempt=11, success=rule)

    assert (error.outcome, error.code) == ("retry", "not_confirmed")


REFUSED = [
    *({"errcode": code, "errmsg": "no"} for code in (310000, "93000", -1, 7)),
    *({"code": code, "msg": "no"} for code in (19001, 19024, 11232)),
    *({"success": False}, {"success": False, "errcode": 0}, {"ok": False, "error_code": 404}),
]
ACCEPTED = [
    *({"errcode": 0}, {"code": 0}, {"code": 200}, {"success": True}, {"code": "ok"}, [], ""),
    *({"message": "success"}, "ok", "<html>", {"data": {"success": False}}, {"errcode": None}),
]


@pytest.mark.parametrize("body", REFUSED)
async def test_a_2xx_that_reads_like_a_refusal_is_never_a_plain_yes(
    body: Any, fakes: FakeVendors, egress: Client
) -> None:
    taken = await robot("custom", fakes.add_hook("h", [{"status": 200, "body": body}])).send(
        parcel(), egress
    )

    assert taken.warning.format_map(taken.facts)


@pytest.mark.parametrize("body", ACCEPTED)
async def test_any_other_2xx_is_one(body: Any, fakes: FakeVendors, egress: Client) -> None:
    sender = robot("custom", fakes.add_hook("h", [{"status": 200, "body": body}]))

    assert (await sender.send(parcel(), egress)).warning == ""


async def test_the_answer_that_was_asked_for_is_enough(fakes: FakeVendors, egress: Client) -> None:
    answer = {"status": 200, "body": {"success": False, "code": 1}}
    rule = {"pointer": "/code", "equals": 1}

    sender = robot("custom", fakes.add_hook("h", [answer]), success=rule)

    assert (await sender.send(parcel(), egress)).warning == ""


@pytest.mark.parametrize("vendor", ["wecom", "dingtalk", "feishu"])
async def test_the_refusal_of_a_platforms_robot_is_one_here_too(
    vendor: str, fakes: FakeVendors, egress: Client
) -> None:
    with pytest.raises(SendError) as caught:
        await robot("custom", fakes.address(vendor, "unknown")).send(parcel(), egress)

    assert (caught.value.outcome, caught.value.http_status) == ("gone", 200)


@pytest.mark.parametrize(
    ("given", "softer"),
    [({}, ""), ({"body_template": '{"text": "{{ message.content }}"}'}, "fallback")],
)
async def test_a_refused_template_is_followed_by_the_form_without(
    given: dict[str, Any], softer: str, fakes: FakeVendors, egress: Client
) -> None:
    assert remedy(await failure(fakes, egress, 400, **given)) == softer
    sender = robot("custom", fakes.add_hook("h", [400]), **given)
    with pytest.raises(SendError) as caught:
        await sender.send(parcel(fallback=True), egress)
    assert remedy(caught.value) == ""


@pytest.mark.parametrize(
    "value", [float("inf"), float("-inf"), float("nan"), 10**2000, "中" * 400, "[" * 20_000]
)
def test_a_value_that_no_answer_can_hold_is_refused(value: Any, egress: Client) -> None:
    success = {"pointer": "/ok", "equals": value}
    with pytest.raises(Invalid) as caught:
        robot("custom", "https://receiver.example/hook", success=success).check(egress)

    assert [(p.pointer, p.code) for p in caught.value.problems] == [
        ("/success/equals", "unusable_value")
    ]


@pytest.mark.parametrize("step", ["c0ffee-70ken-in-the-path", "70ken%20with%20blanks%2F%E5%AF%86"])
def test_a_key_in_the_path_is_not_told_by_who_quotes_it(
    step: str,
) -> None:
    sender = robot("custom", f"https://receiver.example/in/{step}")
    said = f"/in/{step} not found: /in/{unquote(step)}"
    answer = Answer(
        404, {"location": f"/in/{step}/"}, said.encode(), truncated=False, duration_ms=1
    )

    error = by_status(answer, parcel(), sender.secrets())

    assert error.response == "/in/•••• not found: /in/••••"
    assert error.facts["location"] == "/in/••••/"
