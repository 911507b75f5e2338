"""The visitor's form as an organization has made it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from app import (
    database,
    fields,
    messages,
    presence,
)
from app.deliveries.parcel import notice_of
from app.deliveries.rows import Noticed
from app.fields import Field, Form, Label, versions
from app.hours import WEEKDAYS
from app.languages import said
from app.settings import Settings
from app.signed import form_token
from app.tables import Message, Organization
from tests.texts import choice, texts
from tests.web.reading import Page
from web.http import moments

FORM = "/w/default"
ANSWERS = {"content": "包裹还没有到", "phone": "13800138000"}
CHOICES = (choice("个人", "A person"), choice("公司", "A company"))


def own(key: str, kind: Any = "text", **more: Any) -> Field:
    return Field(key=key, kind=kind, label=texts(f"字段{key}", f"Field {key}"), **more)


async def publish(org: Organization, *own_fields: Field, hidden: str = "") -> Form:
    kept = [field for field in fields.built_in().fields if field.key != hidden]
    form = Form(fields=(*kept, *own_fields), groups=fields.built_in().groups)
    await versions.edit(org.id, lambda _: form)
    await fields.publish(org.id, by="tests")
    return await fields.published(org.id)


async def opened(visitor: httpx.AsyncClient, query: str = "") -> dict[str, str]:
    return {**Page(await visitor.get(FORM + query)).values, **ANSWERS}


async def row() -> Any:
    found = await Message.objects().order_by(Message.id, ascending=False).first()
    assert found is not None
    return found


async def test_every_kind_of_field_arrives(visitor: httpx.AsyncClient, org: Organization) -> None:
    await publish(
        org,
        own("no", preset="order"),
        own("who", "radio", choices=CHOICES),
        own("what", "checkboxes", choices=CHOICES),
        own("n", "number"),
        own("day", "date"),
        own("page", "url"),
        own("wx", "wechat", group="contact"),
        own("ok", "consent", required=True),
    )
    values = {
        **await opened(visitor),
        "f-no": "AB-1234",
        "f-who": "公司",
        "f-what-0": "个人",
        "f-what-1": "公司",
        "f-n": "３",
        "f-day": "2026-11-22",
        "f-page": "a.example",
        "f-wx": "zhang_san",
        "f-ok": "yes",
    }
    assert (await visitor.post(FORM, data=values)).status_code == 303
    assert msgspec.json.decode((await row()).fields) == {
        "no": "AB-1234",
        "who": "公司",
        "what": "个人\n公司",
        "n": "3",
        "day": "2026-11-22",
        "page": "https://a.example",
        "wx": "zhang_san",
        "ok": "yes",
    }


async def test_every_fault_of_every_field_is_told_at_once(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await publish(
        org,
        own("no", preset="postcode"),
        own("who", "radio", choices=CHOICES, required=True),
        own("ok", "consent", required=True),
    )
    values = {**await opened(visitor), "content": "", "f-no": "12"}
    page = Page(await visitor.post(FORM, data=values))

    assert page.title.startswith("错误：")
    assert {"#content", "#f-no", "#f-who-0", "#f-ok"} <= set(page.links())
    assert page.values["f-no"] == "12"
    assert await Message.count() == 0


async def test_what_is_not_offered_is_refused_by_the_server(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await publish(org, own("who", "select", choices=CHOICES, required=True))
    values = {**await opened(visitor), "f-who": "别人"}
    assert (await visitor.post(FORM, data=values)).status_code == 422


async def test_an_old_open_page_still_submits(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await publish(org, own("no"))
    values = {**await opened(visitor), "f-no": "A1"}
    await publish(org, own("other", required=True))

    assert (await visitor.post(FORM, data=values)).status_code == 303
    kept = await row()
    assert (kept.form_version, msgspec.json.decode(kept.fields)) == (1, {"no": "A1"})


async def test_a_faulty_old_page_comes_back_as_it_was(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await publish(org, own("no"))
    values = {**await opened(visitor), "f-no": "A1", "content": ""}
    await publish(org, own("other"))
    again = Page(await visitor.post(FORM, data=values)).values

    assert again["f-no"] == "A1"
    assert "f-other" not in again
    assert (await visitor.post(FORM, data={**again, **ANSWERS})).status_code == 303


async def test_messages_keep_the_labels_they_were_sent_with(
    visitor: httpx.AsyncClient, client: httpx.AsyncClient, org: Organization
) -> None:
    await publish(org, own("no"))
    await visitor.post(FORM, data={**await opened(visitor), "f-no": "A1"})
    await publish(org, msgspec.structs.replace(own("no"), label=texts("新名字", "New name")))

    # The filters beside it know the newest name; the message itself its own.
    alone = {"HX-Request": "true", "HX-Request-Type": "partial"}
    words = Page(await client.get(f"/inbox/{(await row()).id}", headers=alone)).words
    assert "字段no" in words
    assert "新名字" not in words


async def test_a_notice_has_the_fields_it_should_show(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await publish(
        org, own("no"), own("inner", in_notice=False), own("what", "checkboxes", choices=CHOICES)
    )
    answers = {"f-no": "A1", "f-inner": "x", "f-what-0": "个人", "f-what-1": "公司"}
    await visitor.post(FORM, data={**await opened(visitor), **answers})

    found = msgspec.convert((await row()).to_dict(), Noticed)
    assert notice_of(found, locale="zh-CN").fields == (("字段no", "A1"), ("字段what", "个人、公司"))
    told = notice_of(found, locale="en")
    assert told.fields[0] == ("Field no", "A1")
    assert told.keyed == (("no", "A1"), ("what", "个人, 公司"))


async def test_a_wechat_field_of_ones_own_is_how_the_visitor_is_reached(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await publish(org, own("wx", "wechat", group="contact"))
    page = await opened(visitor)
    await visitor.post(FORM, data={**page, "phone": "", "wechat": "", "f-wx": "wx zs_88abc"})

    left = await row()
    assert (left.wechat, left.fields) == ("zs_88abc", '{"wx":"zs_88abc"}')
    told = notice_of(msgspec.convert(left.to_dict(), Noticed), locale="en")
    assert (told.wechat, told.fields) == ("zs_88abc", ())
    assert told.keyed == (("Field wx", "zs_88abc"), ("wx", "zs_88abc"))


async def test_a_page_from_before_the_update_loses_no_wechat_id(
    visitor: httpx.AsyncClient,
) -> None:
    page = await opened(visitor)
    del page["wechat"]
    await visitor.post(FORM, data={**page, "phone": "", "f-wechat": "zs_88abc"})

    assert (await row()).wechat == "zs_88abc"


async def test_the_list_shows_chosen_fields_and_masks_personal_data(
    visitor: httpx.AsyncClient, client: httpx.AsyncClient, org: Organization
) -> None:
    await publish(org, own("no", in_list=True), own("id", in_list=True, personal=True), own("x"))
    answers = {"f-no": "A1", "f-id": "11010519491231002X", "f-x": "nowhere"}
    await visitor.post(FORM, data={**await opened(visitor), **answers})

    words = Page(await client.get("/inbox")).words
    assert "字段no: A1" in words
    assert "字段id: 110****002X" in words
    assert "nowhere" not in words


async def test_a_message_is_found_by_what_its_fields_say(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await publish(org, own("no"))
    await visitor.post(FORM, data={**await opened(visitor), "f-no": "QX-987"})
    assert len((await messages.inbox(org.id, messages.Wanted(q="qx-987"))).items) == 1
    assert len((await messages.inbox(org.id, messages.Wanted(q="字段no"))).items) == 0


async def test_nothing_is_stored_before_the_consent_and_then_its_version_and_time_are(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    form = await publish(org, own("ok", "consent", required=True))
    values = await opened(visitor, "?lang=en")
    assert (await visitor.post(f"{FORM}?lang=en", data=values)).status_code == 422
    assert await Message.count() == 0

    await visitor.post(f"{FORM}?lang=en", data={**values, "f-ok": "yes"})
    kept = await row()
    (given,) = msgspec.json.decode(kept.consents)
    field = form.field("ok")
    assert field is not None
    assert (given["key"], given["language"]) == ("ok", "en")
    assert given["hash"] == field.consent_hash("en") != field.consent_hash("zh-CN")
    assert dt.datetime.fromisoformat(given["at"]) == kept.created_at
    assert kept.form_version == 1


async def test_without_any_way_to_be_reached_the_form_may_ask_for_none(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    form = fields.built_in()
    await versions.edit(org.id, lambda _: Form(fields=form.fields[:1], groups=form.groups))
    await fields.publish(org.id, by="tests")
    values = {**await opened(visitor), "phone": ""}
    assert (await visitor.post(FORM, data=values)).status_code == 303


async def test_a_field_that_is_gone_is_not_asked_and_not_kept(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await publish(org, hidden="name")
    page = Page(await visitor.get(FORM))
    assert "name" not in page.values
    await visitor.post(FORM, data={**page.values, **ANSWERS, "name": "张三"})
    assert (await row()).name == ""


async def test_the_form_speaks_the_visitors_language(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await publish(org, own("who", "radio", choices=CHOICES, hint=texts("提示", "A hint")))
    words = Page(await visitor.get(f"{FORM}?lang=en")).words
    assert "Field who" in words
    assert "A company" in words
    assert "A hint" in words


async def test_a_pattern_is_never_sent_to_the_browser(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await publish(org, own("no", preset="own", pattern="secret[0-9]+"))
    html = (await visitor.get(FORM)).text
    assert "secret" not in html
    assert "pattern=" not in html


async def test_sent_in_a_moment_it_is_thanked_and_set_aside(
    visitor: httpx.AsyncClient, configure: Callable[..., Settings]
) -> None:
    values = await opened(visitor)
    configure(LEAVEMSG_SUBMIT_SECONDS=2)
    answer = await visitor.post(FORM, data=values)

    assert answer.status_code == 303
    assert "留言已收到" in Page(await visitor.get(answer.headers["location"])).words
    assert ((await row()).status, (await row()).spam_reason) == ("spam", "fast")


async def test_whoever_waited_or_had_the_page_open_too_long_is_not_too_fast(
    visitor: httpx.AsyncClient, configure: Callable[..., Settings]
) -> None:
    configure(LEAVEMSG_SUBMIT_SECONDS=2)
    now = dt.datetime.now(dt.UTC)
    for age in (dt.timedelta(seconds=3), dt.timedelta(hours=25)):
        token = form_token.issue("default", now=now - age)
        page = Page(await visitor.post(FORM, data={**ANSWERS, "token": token}))
        if page.values:
            await visitor.post(FORM, data={**page.values, "content": "再点一次"})
    assert [each.status for each in await Message.objects()] == ["pending", "pending"]


async def test_why_it_was_set_aside_is_said_to_the_team(
    visitor: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    links = "http://a.example http://b.example http://c.example"
    await visitor.post(FORM, data={**await opened(visitor), "content": links})
    words = Page(await client.get(f"/inbox/{(await row()).id}")).words
    assert "收到时已归入垃圾箱： 有两个以上的链接。" in words


HOSTILE = {
    "chinese": "汉" * 2000,
    "emoji": "👨‍👩‍👧‍👦🇨🇳" * 50,
    "markup": "<script>alert(1)</script> {{ visitor.ip }} =cmd|' /C calc'!A0",
    "lines": "\r\n".join(["一"] * 200),
    "bidi": "\u202e价格\u202c \u2066多少\u2069\u200f",
    "invisible": "\ufeff价\u200b格\u2060多少\u00ad",
    "marks": "e" + "\u0301" * 50,
    "another form of a letter": "\u795e e\u0301 \u212b",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_what_people_type_is_stored_as_it_is(
    visitor: httpx.AsyncClient, org: Organization, text: str
) -> None:
    await publish(org, own("more", "textarea"))
    values = {**await opened(visitor), "content": text, "f-more": text[:1900]}
    assert (await visitor.post(FORM, data=values)).status_code == 303
    kept = await row()
    assert kept.content == text.replace("\r\n", "\n")
    assert msgspec.json.decode(kept.fields)["more"] == text[:1900].replace("\r\n", "\n")


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\x9f"], ids=["nul", "escape", "c1"])
async def test_control_characters_come_back_taken_out(visitor: httpx.AsyncClient, bad: str) -> None:
    values = {**await opened(visitor), "content": f"价格{bad}多少", "name": f"张{bad}三"}
    answer = await visitor.post(FORM, data=values)
    assert answer.status_code == 422
    assert "已为您去掉" in answer.text
    assert "价格多少" in answer.text
    assert 'value="张三"' in answer.text
    assert bad not in answer.text
    assert (await visitor.post(FORM, data=Page(answer).values)).status_code == 303
    assert (await row()).content == "价格多少"


BODIES = {
    "many fields": b"&".join(b"f%d=x" % n for n in range(200_000)),
    "61 fields": b"&".join(b"f-%d=x" % n for n in range(61)),
    "twice": b"content=a&content=b",
    "surrogate": b"content=%ED%A0%80&phone=13800138000",
    "latin-1": b"content=%E9",
    "unknown boxes": b"f-what-99=x&f-=x&f-%00=x",
    "deep": b"content=" + b"[" * 30_000,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_what_nobody_types_is_refused_clearly(
    visitor: httpx.AsyncClient, org: Organization, body: bytes
) -> None:
    await publish(org, own("what", "checkboxes", choices=CHOICES))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await visitor.post(FORM, content=body, headers=headers)
    assert answer.status_code in {400, 413, 422}
    assert await Message.count() == 0


def test_labels_of_older_messages_are_readable() -> None:
    label = msgspec.json.decode(b'{"text":{"zh-CN":"x"}}', type=Label)
    assert (said(label.text, "en"), label.notice, label.kind) == ("x", True, "text")


API = "/api/v1/leavemsg/messages"
LIST = "/api/v1/leavemsg/query/org"


def body(**own_fields: Any) -> dict[str, Any]:
    content, phone = ANSWERS["content"], ANSWERS["phone"]
    return {"visitor": {"phone": phone}, "message": {"content": content}, "fields": own_fields}


async def test_programs_answer_by_key_and_are_checked_against_the_published_form(
    api: httpx.AsyncClient, org: Organization
) -> None:
    await publish(
        org, own("no", preset="postcode"), own("what", "checkboxes", choices=CHOICES), own("t")
    )
    refused = await api.post(API, json=body(no="12", what=["别的"], other="x"))
    assert {(each["pointer"], each["code"]) for each in refused.json()["errors"]} == {
        ("/fields/no", "pattern"),
        ("/fields/what", "not_offered"),
        ("/fields/other", "unknown_field"),
    }
    left = await api.post(API, json=body(no="518000", what=["公司", "个人"], t=12))
    assert left.status_code == 201
    read = (await api.get(f"{API}/{left.json()['uid']}")).json()
    assert read["fields"] == {"no": "518000", "what": "个人\n公司", "t": "12"}


async def test_with_the_built_in_form_programs_may_send_fields_of_their_own(
    api: httpx.AsyncClient, org: Organization
) -> None:
    left = await api.post(API, json=body(订单号="A1"))
    assert left.status_code == 201
    assert (await row()).fields == '{"订单号":"A1"}'


async def test_programs_must_pass_on_the_consent_and_read_what_was_agreed_to(
    api: httpx.AsyncClient, client: httpx.AsyncClient, org: Organization
) -> None:
    form = await publish(org, own("ok", "consent", required=True))
    assert (await api.post(API, json=body())).status_code == 422
    left = (await api.post(API, json=body(ok=True))).json()
    (found,) = (await api.get(f"{API}/{left['uid']}")).json()["consents"]
    assert (found["text"], found["version"]) == ("字段ok", form.number)
    ((listed,),) = (one["consents"] for one in (await api.get(LIST)).json()["items"])
    assert listed["hash"] == found["hash"]
    assert "当时同意的内容" in Page(await client.get(f"/inbox/{left['uid']}")).words


async def test_a_program_without_a_token_is_judged_like_a_visitor(
    visitor: httpx.AsyncClient,
) -> None:
    links = "http://a.example http://b.example http://c.example"
    sent = {"visitor": {"phone": "13800138000"}, "message": {"content": links}}
    assert (await visitor.post(API, json=sent)).status_code == 201
    assert (await row()).spam_reason == "links"


async def test_the_page_says_when_somebody_is_back_so_that_the_browser_can_tell_it_in_its_zone(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    until = await database.now() + dt.timedelta(days=2)
    await presence.override(org.id, state="offline", until=until, by="tests")
    week = {name: [["00:00", "24:00"]] for name in WEEKDAYS}
    await presence.set_week(org, timezone="Asia/Shanghai", weekly=week, by="tests")
    await presence.set_rule(org.id, "hours", by="tests")
    page = await visitor.get("/w/default")
    elsewhere = await visitor.get("/w/default?tz=America/New_York")

    now = dt.datetime.now(dt.UTC)
    named = moments.coming("zh-CN", "Asia/Shanghai", until, now) + "（北京时间）"
    own = moments.coming("zh-CN", "America/New_York", until, now)
    assert f"{named} 恢复服务" in page.text
    assert f'data-said="{named}"' in page.text
    assert f"{own} 恢复服务" in elsewhere.text
    assert "data-moment" not in elsewhere.text


async def test_nul_in_what_nobody_types_costs_nobody_a_message(visitor: httpx.AsyncClient) -> None:
    typed = {"content", "name", "phone", "email", "category", "token", "link"}
    values = await opened(visitor, "?embed=1")
    further = {name: "\0" for name in (*values, "proof", "nobody", "f-x") if name not in typed}
    answer = await visitor.post(f"{FORM}?embed=1", data={**values, **further})
    assert answer.status_code == 303
