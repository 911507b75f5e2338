"""One message, and what an agent does with it."""

from __future__ import annotations

import uuid

import httpx
import msgspec
import pytest

from app import channel_settings, messages, settings
from app.erasure import by_visitor
from app.fields.check import Answers
from app.fields.shape import Label
from app.messages import Left, Visit, drafts, remarks
from app.tables import Delivery, Message, Organization
from tests.web.console.conftest import Leave
from tests.web.reading import Page
from web.console import message

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
async def left(org: Organization, answers: Answers) -> Left:
    seen = Visit(
        ip="203.0.113.7",
        user_agent="Mozilla/5.0 (Windows NT 10.0) Chrome/156.0.0.0 Safari/537.36",
        language="zh-CN",
        page_url="https://shop.example/pricing?plan=team",
        referrer="https://search.example/",
    )
    return await messages.leave(org, answers, seen, submission_id="one")


async def row(left: Left) -> Message:
    found = await Message.objects().where(Message.id == uuid.UUID(left.uid)).first()
    assert found is not None
    return found


async def test_everything_collected_is_shown(client: httpx.AsyncClient, left: Left) -> None:
    page = Page(await client.get(f"/inbox/{left.uid}"))

    for words in (
        *("张三", "13800138000", "zhangsan@example.com", "我想咨询一下产品价格", "产品咨询"),
        *("203.0.113.7", "Chrome 156 · Windows", "https://shop.example/pricing?plan=team"),
        *(left.reference, "待处理", "没有通知任何人"),
    ):
        assert words in page.words
    assert len(page.attributes("h1")) == 1
    assert page.title.startswith(left.reference)


async def test_that_the_visitor_asks_to_have_it_erased_stands_above_it(
    org: Organization, client: httpx.AsyncClient, left: Left
) -> None:
    asked = "请先核对是否有依法必须保留的内容"
    assert asked not in Page(await client.get(f"/inbox/{left.uid}")).words
    await by_visitor.ask(org.id, left.uid)
    assert asked in Page(await client.get(f"/inbox/{left.uid}")).words
    await messages.handle(org.id, left.uid, outcome="phone", by="x")
    assert asked not in Page(await client.get(f"/inbox/{left.uid}")).words


async def test_there_is_a_way_to_answer(client: httpx.AsyncClient, left: Left) -> None:
    links = Page(await client.get(f"/inbox/{left.uid}")).links()

    assert "tel:13800138000" in links
    assert any(link.startswith("mailto:zhangsan@example.com?subject=") for link in links)


async def test_a_wechat_id_is_a_contact_that_is_copied(
    client: httpx.AsyncClient, org: Organization, answers: Answers
) -> None:
    """Also one that an older form of the organization's own asked for: it stands once."""
    label = Label({"zh-CN": "加微信"}, kind="wechat")
    said = msgspec.structs.replace(
        answers,
        name="",
        phone="",
        email="",
        wechat="zs_88abc",
        fields={"wx": "zs_88abc"},
        labels={"wx": label},
    )
    left = await messages.leave(org, said, Visit(), submission_id="one")

    page = Page(await client.get(f"/inbox/{left.uid}"))
    assert "weixin://" in page.links()
    assert page.attributes("button", **{"data-copy": "zs_88abc"})
    assert "加微信" not in page.words
    assert "微信号：zs_88abc" in (await client.get(f"/inbox/{left.uid}")).text
    assert "zs_88abc" in Page(await client.get("/inbox")).words
    assert "zs_88abc" in Page(await client.get("/inbox?q=ZS_88&status=all")).words


async def test_what_the_same_visitor_left_before_is_shown_and_all_of_it_listed(
    client: httpx.AsyncClient, org: Organization, answers: Answers, left: Left
) -> None:
    assert "该访客之前的留言" not in (await client.get(f"/inbox/{left.uid}")).text
    again = msgspec.structs.replace(
        answers, content="还有货吗？", phone="+86 138-0013-8000", email=""
    )
    later = await messages.leave(org, again, Visit(), submission_id="two")

    page = Page(await client.get(f"/inbox/{later.uid}"))
    assert "该访客之前的留言" in page.words
    assert f"/inbox/{left.uid}" in page.links()
    assert "该访客的全部 2 条留言" in page.words
    (every,) = (link for link in page.links() if "contact=" in link and "status=all" in link)
    listed = Page(await client.get(every)).links()
    assert any(link.startswith(f"/inbox/{left.uid}?") for link in listed)
    assert any(link.startswith(f"/inbox/{later.uid}?") for link in listed)


async def test_where_the_visitor_came_from_is_said_in_words(
    client: httpx.AsyncClient, org: Organization, answers: Answers, left: Left
) -> None:
    plain = Page(await client.get(f"/inbox/{left.uid}")).words
    for text in ("搜索引擎", "搜索词", "广告点击", "推广"):
        assert text not in plain
    seen = Visit(
        page_url="https://shop.example/?utm_source=baidu&utm_campaign=<b>11&bd_vid=88",
        referrer="https://www.baidu.com/s?wd=%E9%A3%8E%E6%9C%BA",
    )
    other = msgspec.structs.replace(answers, content="还有货吗？")
    found = await messages.leave(org, other, seen, submission_id="two")

    page = Page(await client.get(f"/inbox/{found.uid}"))
    for text in ("搜索引擎", "百度", "搜索词", "风机", "广告点击", "推广来源", "<b>11"):
        assert text in page.words


async def test_all_of_it_is_copied_as_text(client: httpx.AsyncClient, left: Left) -> None:
    page = Page(await client.get(f"/inbox/{left.uid}"))
    (text,) = (
        button["data-copy"]
        for button in page.attributes("button")
        if "\n" in button.get("data-copy", "")
    )
    head, received, *facts = text.split("\n")
    assert head == f"{left.reference} · 张三 · 产品咨询"
    assert received.startswith("收到时间：")
    assert facts == [
        "电话：13800138000",
        "邮箱：zhangsan@example.com",
        "所在网页：https://shop.example/pricing?plan=team",
        "",
        "我想咨询一下产品价格",
        "",
        f"{settings.current().base_url}/inbox/{left.uid}",
    ]


async def test_looking_does_not_mark_it_read(client: httpx.AsyncClient, left: Left) -> None:
    page = Page(await client.get(f"/inbox/{left.uid}"))
    assert (await row(left)).read_at is None

    [form] = [f for f in page.attributes("form") if "data-seen" in f]
    answer = await client.post(form["action"])
    assert answer.headers["location"] == f"/inbox/{left.uid}"
    assert (await row(left)).read_at is not None
    assert "data-seen" not in (await client.get(f"/inbox/{left.uid}")).text


async def test_handling_without_scripts_ends_with_a_way_back(
    client: httpx.AsyncClient, left: Left
) -> None:
    answer = await client.post(
        f"/inbox/{left.uid}/handle?q=a", data={"outcome": "phone", "note": " 已报价 "}
    )
    assert answer.headers["location"] == f"/inbox/{left.uid}?q=a&done=handled"

    page = Page(await client.get(answer.headers["location"]))
    assert "已电话回复" in page.words
    assert "已报价" in page.words
    [undo] = {
        f["action"] for f in page.attributes("form") if f.get("action", "").endswith("reopen?q=a")
    }
    await client.post(undo)
    assert (await row(left)).status == "pending"


async def test_htmx_gets_the_message_its_row_the_counts_and_a_toast(
    client: httpx.AsyncClient, left: Left
) -> None:
    answer = await client.post(f"/inbox/{left.uid}/handle", data={"outcome": "email"}, headers=HTMX)
    page = Page(answer)

    assert answer.status_code == 200
    targets = {found["hx-target"] for found in page.attributes("hx-partial")}
    assert targets == {f"#m-{left.uid}", "#badge", "#views", "#notices"}
    assert "撤销" in page.words
    assert "data-autofocus" in answer.text


async def test_who_comes_second_learns_who_was_first(
    client: httpx.AsyncClient, org: Organization, left: Left
) -> None:
    await messages.handle(org.id, left.uid, outcome="wechat", note="", by="韩梅梅")
    answer = await client.post(f"/inbox/{left.uid}/handle", data={"outcome": "phone"})

    assert answer.status_code == 409
    assert "韩梅梅" in Page(answer).words
    assert (await row(left)).outcome == "wechat"


async def test_an_outcome_that_is_none_changes_nothing(
    client: httpx.AsyncClient, left: Left
) -> None:
    answer = await client.post(f"/inbox/{left.uid}/handle", data={"outcome": "magic"})

    assert answer.status_code == 422
    assert (await row(left)).status == "pending"


async def test_spam_and_back(client: httpx.AsyncClient, left: Left) -> None:
    answer = await client.post(f"/inbox/{left.uid}/spam")
    assert "done=spam" in answer.headers["location"]
    assert (await row(left)).status == "spam"

    await client.post(f"/inbox/{left.uid}/reopen")
    assert (await row(left)).status == "pending"


async def test_repeats_lead_to_each_other(
    client: httpx.AsyncClient, org: Organization, left: Left, answers: Answers, visit: Visit
) -> None:
    other = Answers(content=answers.content, phone="13911112222")
    again = await messages.leave(org, other, visit, submission_id="two")
    first = Page(await client.get(f"/inbox/{left.uid}"))
    second = Page(await client.get(f"/inbox/{again.uid}"))

    assert f"/inbox/{again.uid}" in first.links()
    assert "13911112222" in first.words
    assert f"/inbox/{left.uid}" in second.links()


async def test_notices_are_shown_and_can_be_sent_once_more(
    client: httpx.AsyncClient, org: Organization, answers: Answers, visit: Visit
) -> None:
    url = (
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aaa-4bc4-97a0-0ec2c1f5a1aa"
    )
    raw = {"type": "wecom", "webhook_url": url, "name": "销售群"}
    await channel_settings.add(org.id, raw, by="test")
    left = await messages.leave(org, answers, visit, submission_id="two")
    await Delivery.update({Delivery.state: "failed"}, force=True)
    page = Page(await client.get(f"/inbox/{left.uid}"))
    assert "销售群" in page.words
    assert "未送达" in page.words

    delivery = page.values["delivery"]
    await client.post(f"/inbox/{left.uid}/replay", data={"delivery": delivery})
    found = await Delivery.objects().first()
    assert found is not None
    assert found.state == "pending"


async def test_what_a_visitor_writes_is_text_everywhere(
    client: httpx.AsyncClient, org: Organization
) -> None:
    evil = '<img src=x onerror=alert(1)><hx-partial hx-target="#q">x</hx-partial>'
    given = Answers(content=evil, name=evil[:64], phone="1", fields={evil[:60]: evil})
    seen = Visit(ip="1.2.3.4", user_agent=evil, page_url="javascript:alert(1)", referrer=evil)
    left = await messages.leave(org, given, seen, submission_id="evil")
    page = Page(await client.get(f"/inbox/{left.uid}"))

    assert not [tag for tag, found in page.tags if tag == "hx-partial" or "onerror" in found]
    assert not [link for link in page.links() if link.startswith("javascript:")]
    assert page.html.count(evil) == 0


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://shop.example/a?b=1#c", "https://shop.example/a?b=1#c"),
        ("http://user:pass@shop.example:8080/", "http://shop.example:8080/"),
        ("http://[::1]:80/", "http://[::1]:80/"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//shop.example", ""),
        ("https://", ""),
        ("http://[", ""),
        ("http://a:99999/", ""),
        ("", ""),
    ],
)
def test_only_plain_addresses_become_links(text: str, link: str) -> None:
    assert message.safe_href(text) == link


@pytest.mark.parametrize("uid", ["x", "01a203ff-645b-740e-ba1c-04eb25f1c0b1"])
async def test_a_message_that_is_not_there(client: httpx.AsyncClient, uid: str) -> None:
    assert (await client.get(f"/inbox/{uid}")).status_code == 404
    assert (await client.post(f"/inbox/{uid}/handle", data={"outcome": "phone"})).status_code == 404


async def test_only_a_delivery_of_this_message_is_sent_once_more(
    client: httpx.AsyncClient, org: Organization, answers: Answers
) -> None:
    hook = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook"}
    await channel_settings.add(org.id, hook, by="tests")
    one, other = [
        await messages.leave(org, answers, Visit(), submission_id=name) for name in ("a", "b")
    ]
    await Delivery.update({Delivery.state: "failed"}, force=True)
    foreign = (await messages.show(org.id, one.uid)).deliveries[0].uid
    for wanted, status in (
        ({}, 422),
        ({"delivery": ""}, 422),
        ({"delivery": "nonsense"}, 404),
        ({"delivery": str(uuid.uuid4())}, 404),
        ({"delivery": foreign}, 404),
    ):
        answer = await client.post(f"/inbox/{other.uid}/replay", data=wanted)
        assert answer.status_code == status, wanted
    assert await Delivery.exists().where(Delivery.state != "failed") is False


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("handle", {"outcome": "phone", "note": "字" * 2001}),
        ("remark", {"visible": "no", "text": "字" * 5001}),
    ],
)
async def test_what_is_too_long_is_refused_and_kept_whole(
    client: httpx.AsyncClient, left: Left, action: str, values: dict[str, str]
) -> None:
    answer = await client.post(f"/inbox/{left.uid}/{action}", data=values)

    assert answer.status_code == 422
    assert "最多" in Page(answer).words
    assert max(values.values(), key=len) in Page(answer).values.values()


async def test_nothing_cuts_what_is_pasted(client: httpx.AsyncClient, left: Left) -> None:
    fields = Page(await client.get(f"/inbox/{left.uid}")).attributes("textarea")
    assert fields
    assert not [field for field in fields if "maxlength" in field]


@pytest.mark.parametrize(
    ("verb", "typed"),
    [("claim", {}), ("snooze", {"snooze": "tomorrow"}), ("prioritize", {"priority": "high"})],
)
async def test_what_was_just_done_to_one_message_is_taken_back_by_one_button(
    client: httpx.AsyncClient, org: Organization, leave: Leave, verb: str, typed: dict[str, str]
) -> None:
    left = await leave()
    before = await messages.one(org.id, left.uid)
    answer = await client.post(f"/inbox/{left.uid}/{verb}", data=typed)
    page = Page(await client.get(answer.headers["location"]))
    (form,) = [each for each in page.attributes("form") if "/undo/" in each.get("action", "")]
    answer = await client.post(form["action"], data={})
    assert "done=undone" in answer.headers["location"]
    after = await messages.one(org.id, left.uid)
    for name in ("assignee", "snoozed_until", "priority"):
        assert getattr(after, name) == getattr(before, name)
    assert (await client.post(form["action"], data={})).status_code == 409


async def test_an_act_is_taken_back_at_its_own_message_only(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    left, other = await leave(), await leave("etwas anderes", phone="13900139000")
    answer = await client.post(f"/inbox/{left.uid}/claim", data={})
    act = answer.headers["location"].rpartition("act=")[2]
    assert (await client.post(f"/inbox/{other.uid}/undo/{act}", data={})).status_code == 404


async def test_a_proposed_reply_is_sent_as_somebody_has_changed_it(
    client: httpx.AsyncClient, org: Organization, left: Left
) -> None:
    here = f"/inbox/{left.uid}"
    assert "回复草稿" not in Page(await client.get(here)).words
    made = await drafts.add(org.id, left.uid, "您好 张三", by="助手")
    page = Page(await client.get(here))
    assert "您好 张三</textarea>" in page.html
    assert "回复草稿" in Page(await client.get("/inbox")).words
    for words in ("回复草稿", "助手", "访客什么也看不到", "发送", "丢弃"):
        assert words in page.words

    at = f"{here}/draft/{made.uid}"
    empty = await client.post(f"{at}/send", data={"text": " "})
    assert empty.status_code == 422
    long = await client.post(f"{at}/send", data={"text": "我改过的话" * 1001})
    page = Page(long)
    assert (long.status_code, "您好 张三</textarea>" in page.html) == (422, False)
    assert page.html.count("我改过的话" * 1001) == 1, "where it was typed, and nowhere else"
    sent = await client.post(f"{at}/send", data={"text": "您好，可以"})
    assert sent.headers["location"].startswith(f"{here}?done=replied&act=")
    (said,) = await remarks.of(org.id, left.uid)
    assert (said.text, said.author, said.visible) == ("您好，可以", "owner", True)
    told = Page(await client.get(sent.headers["location"]))
    assert "owner 发送了 助手 拟的回复" in told.words

    late = await client.post(f"{at}/send", data={"text": "我改过的话"}, headers=HTMX)
    assert late.status_code == 409
    assert "这条草稿已经发送或丢弃" in Page(late).words
    assert "我改过的话" in late.text
    assert len(await remarks.of(org.id, left.uid)) == 1


async def test_a_proposed_reply_is_discarded(
    client: httpx.AsyncClient, org: Organization, left: Left
) -> None:
    here = f"/inbox/{left.uid}"
    made = await drafts.add(org.id, left.uid, "您好", by="助手")
    gone = await client.post(f"{here}/draft/{made.uid}/discard", headers=HTMX)
    assert "草稿已丢弃，没有发送任何内容。" in Page(gone).words
    again = await client.post(f"{here}/draft/{made.uid}/discard")
    assert again.status_code == 409
    assert await remarks.of(org.id, left.uid) == await drafts.of(org.id, left.uid) == []
