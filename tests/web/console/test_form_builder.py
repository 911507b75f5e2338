"""The form builder, as a browser without scripts uses it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app import fields
from app.fields import change
from app.fields.shape import CHOOSING
from app.people import agents, organizations, sessions
from app.tables import Message, Organization
from tests.texts import in_product
from tests.web.reading import Page

HERE = "/settings/form"


async def posted(client: httpx.AsyncClient, path: str, **data: str) -> Page:
    answer = await client.post(HERE + path, data=data)
    while answer.status_code == 303:
        answer = await client.get(answer.headers["location"])
    return Page(answer)


async def added(client: httpx.AsyncClient, kind: str, **changes: str) -> str:
    """A new field, set up; its key. Names end with `_zh` for Chinese."""
    answer = await client.post(f"{HERE}/add", data={"kind": kind})
    key = answer.headers["location"].split("/")[-1].split("?")[0]
    page = Page(await client.get(f"{HERE}/fields/{key}"))
    values = {**page.values, "in_notice": "on", **in_product(changes)}
    answer = await client.post(f"{HERE}/fields/{key}", data=values)
    assert answer.status_code == 303, Page(answer).words
    return values.get("key", key)


async def test_a_new_field_goes_from_the_builder_to_the_visitor_and_the_inbox(
    client: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    key = await added(
        client, "text", key="order_no", label_zh="订单号", preset="order", in_list="on"
    )
    assert "订单号" not in (await visitor.get("/w/default")).text
    await posted(client, "/publish")

    page = Page(await visitor.get("/w/default"))
    values = {**page.values, "content": "包裹呢", "phone": "13800138000", f"f-{key}": "ＡB-12345"}
    assert (await visitor.post("/w/default", data=values)).status_code == 303

    row = await Message.objects().first()
    assert row is not None
    assert row.form_version == 1
    inbox = Page(await client.get("/inbox"))
    assert "订单号: AB-12345" in inbox.words
    assert "订单号" in Page(await client.get(f"/inbox/{row.id}")).words


async def test_without_a_change_there_is_no_draft(client: httpx.AsyncClient) -> None:
    page = Page(await client.get(HERE))
    assert "现在用的是内置表单" in page.words
    assert "发布" not in [word.strip() for word in page.words.split() if word == "发布"]


async def test_every_kind_can_be_added_and_saved_as_it_comes(client: httpx.AsyncClient) -> None:
    for kind in change.LABELS:
        own = {"choices": "甲 | A\n乙 | B"} if kind in CHOOSING else {}
        await added(client, kind, takes_video="on", **own)
    page = await posted(client, "/publish")
    assert "已发布第 1 版" in page.words


async def test_a_second_place_for_files_is_not_offered_and_not_added(
    client: httpx.AsyncClient,
) -> None:
    def offered(page: Page) -> bool:
        return bool(page.attributes("option", value="files"))

    assert offered(Page(await client.get(HERE)))
    assert (await client.post(f"{HERE}/add", data={"kind": "files"})).is_redirect
    assert not offered(Page(await client.get(HERE)))
    again = await client.post(f"{HERE}/add", data={"kind": "files"})
    assert again.status_code == 422
    assert "一个表单最多只能有一个上传文件的字段" in Page(again).words


async def test_sample_choices_are_not_published(
    client: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    await added(client, "select")
    page = await posted(client, "/publish")
    assert "请把示例选项换成您自己的" in page.words
    assert "选项一" not in (await visitor.get("/w/default")).text


async def test_who_cancels_a_new_field_has_none(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{HERE}/add", data={"kind": "text"})
    page = Page(await client.get(answer.headers["location"]))
    (cancel,) = [
        each["formaction"]
        for each in page.attributes("button")
        if "formaction" in each and each["formaction"].endswith("/remove")
    ]
    await client.post(cancel, data={})
    assert (await client.get(cancel.removesuffix("/remove"))).status_code == 404


async def test_what_would_change_is_said_before_it_is_published(client: httpx.AsyncClient) -> None:
    await added(client, "text", label_zh="订单号")
    await client.post(f"{HERE}/fields/category/remove")
    page = Page(await client.get(HERE))
    assert "新增：订单号" in page.words
    assert "移除：问题类型" in page.words


async def test_lines_move_up_and_down_and_in_any_order(client: httpx.AsyncClient) -> None:
    await posted(client, "/fields/name/up")
    htmx = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = await client.post(f"{HERE}/fields/name/up", headers=htmx)
    lines = [found["data-key"] for found in Page(answer).attributes("li") if "data-key" in found]
    assert lines[:3] == ["name", "content", "category"]

    await posted(client, "/order", keys="email,name")
    form = await fields.working((await organizations.first()).id)
    assert [field.key for field in form.fields[:2]] == ["email", "name"]


async def test_a_draft_can_be_thrown_away(client: httpx.AsyncClient) -> None:
    await added(client, "text", label_zh="订单号")
    page = await posted(client, "/discard")
    assert "订单号" not in page.words


async def test_a_removed_standard_field_can_come_back(client: httpx.AsyncClient) -> None:
    page = await posted(client, "/fields/category/remove")
    assert "恢复“问题类型”" in page.words
    page = await posted(client, "/restore", key="category")
    assert "恢复“" not in page.words


async def test_faults_of_a_field_are_told_and_nothing_is_lost(client: httpx.AsyncClient) -> None:
    values = {
        "label_zh-CN": "",
        "preset": "own",
        "pattern": "(?=a)",
        "key": "Bad Key",
        "required": "on",
    }
    await client.post(f"{HERE}/add", data={"kind": "text"})
    answer = await client.post(f"{HERE}/fields/text", data=values)
    page = Page(answer)

    assert answer.status_code == 422
    assert "这里不支持前后断言" in page.words
    assert {"#label_zh-CN", "#pattern", "#key"} <= set(page.links())
    assert page.values["pattern"] == "(?=a)"
    assert "checked" in page.attributes("input", id="required")[0]


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        ("text", {"label_zh-CN": "字" * 5000}, "名称（简体中文）：最多 64 个字符"),
        ("text", {"label_zh-CN": "\u200b", "label_en": "\u202e"}, "名称（简体中文）：填写名称"),
        ("text", {"hint_en": "h" * 201}, "提示（English）：最多 200 个字符"),
        ("text", {"error_zh-CN": "字" * 201}, "错误提示（简体中文）：最多 200 个字符"),
        ("text", {"max_length": "2001"}, "最多字数：填 1 到 2000 之间的数字"),
        ("text", {"max_length": "-1", "min_length": "9"}, "最多字数：填 1 到 2000 之间的数字"),
        ("text", {"max_length": "5", "min_length": "9"}, "最少字数：填写 0 到 5 的数"),
        ("text", {"min_length": "9" * 5000}, "最少字数：应为数字"),
        ("text", {"group": "gone"}, "所属规则（至少填几项）：从给出的选项里选择"),
        ("text", {"prefill": "p" * 33}, "由网页预填：最多 32 个字符"),
        ("text", {"preset": "own", "pattern": "(a)\\1"}, "自定义规则内容：这里不支持"),
        ("radio", {"choices": "\n".join(str(n) for n in range(200))}, "选项：最多 40 个选项"),
        ("number", {"least": "2", "most": "1"}, "最大值：不能小于最小值"),
        ("number", {"least": "nan"}, "最小值：应为数字"),
        ("consent", {"link": "javascript:1"}, "全文的网址：应以 https:// 开头"),
    ],
)
async def test_what_cannot_be_is_refused_by_name(
    client: httpx.AsyncClient, kind: str, values: dict[str, str], said: str
) -> None:
    await client.post(f"{HERE}/add", data={"kind": kind})
    usual = Page(await client.get(f"{HERE}/fields/{kind}")).values
    answer = await client.post(f"{HERE}/fields/{kind}", data={**usual, **values})
    page = Page(answer)
    assert answer.status_code == 422
    assert said in page.words
    assert {name: page.values[name] for name in values if name != "group"} == {
        name: value for name, value in values.items() if name != "group"
    }


async def test_what_deceives_is_left_out_of_labels(client: httpx.AsyncClient) -> None:
    said = {
        "label_zh-CN": " <script>1</script>\x00\u202e",
        "label_en": "a\n b",
        "choices": "x\u200b\ny",
    }
    key = await added(client, "radio", **said)
    values = Page(await client.get(f"{HERE}/fields/{key}")).values
    assert (values["label_zh-CN"], values["label_en"]) == ("<script>1</script>", "a b")
    assert values["choices"] == "x\ny"
    assert "<script>1" not in (await client.get(f"{HERE}/preview")).text


async def test_a_pattern_may_be_broken_into_lines(client: httpx.AsyncClient) -> None:
    key = await added(client, "text", preset="own", pattern="[0-9]{3}\r\n-[0-9]")
    assert Page(await client.get(f"{HERE}/fields/{key}")).values["pattern"] == "[0-9]{3}-[0-9]"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"preset": "postcode", "sample": "５１８０００"}, "符合。存为：518000"),
        ({"preset": "postcode", "sample": "12"}, "填写 6 位数字"),
        ({"preset": "own", "pattern": "(a", "sample": "a"}, "这个规则无法解析"),
        ({"preset": "own", "pattern": "[\\u4e00-\\u9fa5]+", "sample": "张三"}, "符合。存为：张三"),
        ({"preset": "", "sample": "张三"}, "没有规则"),
        ({"preset": "own", "pattern": "a", "sample": " "}, "先输入要试的内容"),
        ({"min_length": "x", "sample": "a"}, "应为数字"),
    ],
)
async def test_a_pattern_can_be_tried_before_it_counts(
    client: httpx.AsyncClient, values: dict[str, str], said: str
) -> None:
    await client.post(f"{HERE}/add", data={"kind": "text"})
    page = Page(await client.post(f"{HERE}/fields/text/try", data={"label_zh-CN": "x", **values}))
    assert said in page.words


async def test_rules_can_be_changed_added_and_removed(client: httpx.AsyncClient) -> None:
    values = {**Page(await client.get(HERE)).values, "contact_n": "2", "group1_zh-CN": "证件"}
    await posted(client, "/groups", **values)
    org = await organizations.first()
    form = await fields.working(org.id)
    assert [(group.key, group.at_least) for group in form.groups] == [("contact", 2), ("group1", 1)]

    values = Page(await client.get(HERE)).values
    await posted(client, "/groups", **values, group1_gone="on")
    assert len((await fields.working(org.id)).groups) == 1


async def test_a_rule_of_nothing_is_refused(client: httpx.AsyncClient) -> None:
    values = {**Page(await client.get(HERE)).values, "contact_n": "none"}
    page = await posted(client, "/groups", **values)
    assert "联系方式：填 1 到 45 之间的数字" in page.words
    assert "#contact_n" in page.links()


async def test_a_rule_has_words_of_its_own(
    client: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    values = {**Page(await client.get(HERE)).values, "contact_error_zh-CN": "手机、邮箱留一个就行"}
    await posted(client, "/groups", **values)
    await posted(client, "/publish")
    page = Page(await visitor.get("/w/default"))
    refused = Page(await visitor.post("/w/default", data={**page.values, "content": "好"}))
    assert "手机、邮箱留一个就行" in refused.words
    assert "#phone" in refused.links()


async def test_too_many_rules_are_refused_where_they_stand(client: httpx.AsyncClient) -> None:
    keys = [f"group{n}" for n in range(6)]
    values = {"group_keys": ",".join(keys), **{f"{key}_zh-CN": key for key in keys}}
    page = await posted(client, "/groups", **values)
    assert "最多 5 条规则" in page.words
    assert "#rules" in page.links()
    assert page.attributes("h2", id="rules")


async def test_a_new_rule_that_is_refused_keeps_what_was_typed(client: httpx.AsyncClient) -> None:
    values = {**Page(await client.get(HERE)).values, "group1_zh-CN": "字" * 65, "group1_n": "0"}
    page = await posted(client, "/groups", **values)
    assert {"#group1_zh-CN", "#group1_n"} <= set(page.links())
    assert (page.values["group1_zh-CN"], page.values["group1_n"]) == ("字" * 65, "0")
    assert "open" in page.attributes("details", **{"class": "further"})[0]


async def test_what_keeps_the_form_from_being_published_is_named(
    client: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    await added(client, "text", key="order_n", label_zh="电话")
    await client.post(f"{HERE}/fields/email/remove")
    await client.post(f"{HERE}/fields/wechat/remove")
    values = {**Page(await client.get(HERE)).values, "contact_n": "2"}
    await posted(client, "/groups", **values)

    page = await posted(client, "/publish")
    assert "电话：与字段 phone 同名，访客分不清" in page.words
    assert "联系方式：规则要求填写 2 项，但只有 1 个字段" in page.words
    assert {"#line-order_n", "#contact_n"} <= set(page.links())
    assert "邮箱" in (await visitor.get("/w/default")).text


async def test_a_field_that_was_changed_meanwhile_is_not_undone_unseen(
    client: httpx.AsyncClient,
) -> None:
    await client.post(f"{HERE}/add", data={"kind": "text"})
    old = Page(await client.get(f"{HERE}/fields/text")).values
    await posted(client, "/fields/text", **{**old, "label_zh-CN": "型号"})

    answer = await client.post(f"{HERE}/fields/text", data={**old, "label_zh-CN": "颜色"})
    page = Page(answer)
    assert answer.status_code == 409
    assert page.values["label_zh-CN"] == "颜色"
    assert "已有新的改动" in page.words
    await posted(client, "/fields/text", **page.values)
    assert "颜色" in Page(await client.get(HERE)).words


async def test_what_another_tab_has_removed_is_just_gone(client: httpx.AsyncClient) -> None:
    await client.post(f"{HERE}/fields/name/remove")
    page = await posted(client, "/fields/name/remove")
    assert page.title.startswith("留言表单")
    assert "恢复“您的称呼”" in page.words


@pytest.mark.parametrize("act", ["/publish", "/discard", "/groups"])
async def test_what_was_not_seen_is_neither_published_nor_thrown_away(
    client: httpx.AsyncClient, act: str
) -> None:
    await added(client, "text", label_zh="型号")
    old = Page(await client.get(HERE))
    seen = old.attributes("input", name="seen")[-1 if act == "/groups" else 0]["value"]
    await posted(client, "/groups", **{**old.values, "contact_n": "2"})

    answer = await client.post(HERE + act, data={"seen": seen})
    assert answer.status_code == 409
    assert "已有新的改动" in Page(answer).words
    assert "型号" in Page(answer).words


async def test_the_error_text_stands_where_visitors_and_programs_read_it(
    client: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    said = {"error_zh-CN": "订单号在短信里", "error_en": "See the text message"}
    key = await added(client, "text", required="on", **said)
    await posted(client, "/publish")
    page = Page(await visitor.get("/w/default"))
    refused = Page(await visitor.post("/w/default", data={**page.values, "content": "好"}))
    assert "订单号在短信里" in refused.words

    body = {"message": {"content": "x"}, "visitor": {"phone": "13800138000"}}
    english = {"Accept-Language": "en"}
    answer = await visitor.post("/api/v1/leavemsg/messages", json=body, headers=english)
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == (f"/fields/{key}", "required")
    assert fault["detail"] == "See the text message"


async def test_large_limits_are_shown_as_they_were_typed(client: httpx.AsyncClient) -> None:
    await added(client, "number", least="0.000001", most="1234567.5")
    values = Page(await client.get(f"{HERE}/fields/number")).values
    assert (values["least"], values["most"]) == ("0.000001", "1234567.5")


async def test_calculating_is_on_until_it_is_switched_off(client: httpx.AsyncClient) -> None:
    def ticked(page: Page) -> bool:
        [box] = [tag for tag in page.attributes("input") if tag.get("id") == "proof_of_work"]
        return "checked" in box

    assert ticked(Page(await client.get(HERE)))
    assert not ticked(await posted(client, "/proof"))
    assert ticked(await posted(client, "/proof", proof_of_work="on"))


async def test_the_preview_is_the_draft_and_stores_nothing(client: httpx.AsyncClient) -> None:
    await added(client, "text", key="order_no", label_zh="订单号", required="on")
    shown = await client.get(f"{HERE}/preview")
    page = Page(shown)
    assert "订单号" in page.words
    assert "frame-ancestors 'self'" in shown.headers["content-security-policy"]

    missing = await client.post(f"{HERE}/preview", data={**page.values, "content": "好"})
    assert missing.status_code == 422
    answers = {"content": "好", "phone": "13800138000", "f-order_no": "1"}
    done = Page(await client.post(f"{HERE}/preview", data={**page.values, **answers}))
    assert "预览不保存任何内容" in done.words
    assert await Message.count() == 0


async def test_only_admins_build_forms(web: Any, org: Organization) -> None:
    agent = await agents.create(
        org.id, email="a@shop.example", password="correct horse 9", role="agent"
    )
    raw = await sessions.start(agent, address="127.0.0.1", user_agent="tests")
    other = web(cookies={"sid": raw}, headers={"X-CSRF-Token": sessions.csrf(raw)})
    assert (await other.get(HERE)).status_code == 403
    assert (await other.get(f"{HERE}/preview")).status_code == 403


@pytest.mark.parametrize("path", ["/fields/nothing", "/fields/a'b", "/fields/nothing/try"])
async def test_a_field_that_is_not_there_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.post(HERE + path, data={"label_zh-CN": "x"})
    assert answer.status_code == 404


async def test_the_builder_speaks_english(client: httpx.AsyncClient) -> None:
    page = Page(await client.get(f"{HERE}?lang=en"))
    assert "What visitors are asked" in page.words
    assert "Your message" in page.words


async def test_a_page_that_is_open_still_submits_the_version_it_shows(
    client: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    await added(client, "text", key="order_no", label_zh="订单号", label_en="Order")
    await posted(client, "/publish")
    open_page = Page(await visitor.get("/w/default"))
    await added(client, "text", key="size", required="on")
    page = Page(await client.get(f"{HERE}/fields/order_no"))
    renamed = {**page.values, **in_product({"label_zh": "单号", "label_en": "Number"})}
    await client.post(f"{HERE}/fields/order_no", data=renamed)
    await posted(client, "/publish")
    values = {**open_page.values, "content": "包裹呢", "phone": "13800138000", "f-order_no": "A1"}
    assert (await visitor.post("/w/default", data=values)).status_code == 303
    row = await Message.objects().first()
    assert row is not None
    assert row.form_version == 1
    assert "订单号" in Page(await client.get(f"/inbox/{row.id}?lang=zh-CN")).words
