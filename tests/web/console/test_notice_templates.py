"""Templates of notices: tried on a real message, saved, refused, and taken back."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from app import channel_settings
from app.channels.kinds import KINDS
from app.deliveries import template_versions
from app.people import agents, sessions
from app.tables import Organization
from tests.app.channels.things import FOLDERS
from tests.app.deliveries.conftest import Add, Leave, add, fakes, leave
from tests.conftest import BASE_URL
from tests.fakes.vendors import FakeVendors
from tests.web.reading import Page

__all__ = ["add", "fakes", "leave"]

TEMPLATES = "/settings/templates"
CHANNELS = "/settings/channels"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
OWN = "新的：{{ message.content }}"


async def said(client: httpx.AsyncClient, address: str, **form: str) -> str:
    """What the preview's <pre> holds."""
    html = (await client.post(address, data=form, headers=HTMX)).text
    return html.partition("<pre")[2].partition("hx-ignore>")[2].partition("</pre>")[0]


@pytest.mark.parametrize("kind", [*FOLDERS, "telegram"])
async def test_every_kind_begins_with_its_built_in_text_and_a_preview(
    client: httpx.AsyncClient, kind: str, leave: Leave
) -> None:
    left = await leave("hello")
    page = Page(await client.get(f"{TEMPLATES}/{kind}"))
    assert "{{message.content" in page.values["text"]
    assert page.values["message"] == left.uid
    assert "hello" in page.words
    assert "字节" in page.words
    assert f"{TEMPLATES}/{kind}" in Page(await client.get(TEMPLATES)).links()


async def test_it_is_saved_and_taken_back(client: httpx.AsyncClient, org: Organization) -> None:
    where = f"{TEMPLATES}/wecom"
    answer = await client.post(where, data={"text": f"{OWN}\r\nline"})
    assert answer.headers["location"] == f"{where}?done=saved"
    assert (await template_versions.of_kinds(org.id))["wecom"] == f"{OWN}\nline"
    assert "自定义" in Page(await client.get(TEMPLATES)).words

    answer = await client.post(f"{where}/reset", data={"text": "typed"})
    assert answer.headers["location"] == f"{where}?done=reset"
    assert await template_versions.of_kinds(org.id) == {}


async def test_the_built_in_text_is_not_kept_as_ones_own(
    client: httpx.AsyncClient, org: Organization
) -> None:
    where = f"{TEMPLATES}/email"
    await client.post(where, data={"text": Page(await client.get(where)).values["text"]})
    assert await template_versions.of_kinds(org.id) == {}


@pytest.mark.parametrize("verb", ["", "/preview"])
async def test_a_fault_is_named_with_place_and_suggestion_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, verb: str
) -> None:
    typed = "one\n{{ visitor.nmae }}"
    answer = await client.post(f"{TEMPLATES}/wecom{verb}", data={"text": typed})
    page = Page(answer)
    assert answer.status_code == 422
    assert page.values["text"] == typed
    assert "第 2 行" in page.words
    assert "visitor.name" in page.words


async def test_a_preview_needs_no_script(client: httpx.AsyncClient, leave: Leave) -> None:
    older, _ = await leave("older"), await leave("newer")
    form = {"text": OWN, "message": older.uid}
    answer = await client.post(f"{TEMPLATES}/wecom/preview", data=form)
    page = Page(answer)
    assert (answer.status_code, page.values["message"]) == (200, older.uid)
    assert "新的：older" in page.words
    assert (
        "张三"
        in Page(
            await client.post(
                f"{TEMPLATES}/wecom/preview", data={"text": "{{ visitor.name }}", "message": ""}
            )
        ).words
    )


async def test_with_htmx_only_the_preview_is_drawn(client: httpx.AsyncClient, leave: Leave) -> None:
    left = await leave("<b>hi</b> <@all>")
    address = f"{TEMPLATES}/wecom/preview"
    assert await said(client, address, text=OWN, message=left.uid) == "新的：＜b＞hi＜/b＞ ＜@all＞"
    answer = await client.post(address, data={"text": "{{ x"}, headers=HTMX)
    assert (answer.status_code, "<html" in answer.text) == (422, False)


async def test_markdown_is_drawn_as_the_platform_draws_it(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    left = await leave("**请**回电<b>")
    typed = {"text": "**新留言**\n> {{message.content}}", "message": left.uid}
    for kind in ("wecom", "dingtalk"):
        answer = await client.post(f"{TEMPLATES}/{kind}/preview", data=typed, headers=HTMX)
        assert "<strong>新留言</strong>" in answer.text
        assert "<p>＊＊请＊＊回电＜b＞</p>" in answer.text
        assert "**新留言**" in Page(answer).words
    for kind in ("feishu", "email", "custom"):
        plain = {**typed, "text": '"**新留言**"'} if kind == "custom" else typed
        answer = await client.post(f"{TEMPLATES}/{kind}/preview", data=plain, headers=HTMX)
        assert "<strong>" not in answer.text


async def test_what_is_previewed_is_text_never_markup(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    left = await leave("<script>alert(1)</script>")
    form = {"text": "<img src=x>{{ message.content }}", "message": left.uid}
    for kind in KINDS:
        typed = {**form, "text": '"<img src=x>{{message.content}}"'} if kind == "custom" else form
        for headers in ({}, HTMX):
            html = (
                await client.post(f"{TEMPLATES}/{kind}/preview", data=typed, headers=headers)
            ).text
            assert "<img src=x" not in html
            assert "<script>alert" not in html


async def test_an_earlier_version_comes_back(client: httpx.AsyncClient, org: Organization) -> None:
    where = f"{TEMPLATES}/wecom"
    for text in ("one", "two"):
        await client.post(where, data={"text": text})
    page = Page(await client.get(where))
    assert page.words.count("恢复此版本") == 1
    answer = await client.post(f"{where}/restore", data={"version": page.values["version"]})
    assert answer.headers["location"] == f"{where}?done=restored"
    assert (await template_versions.of_kinds(org.id))["wecom"] == "one"
    wrong = await client.post(
        f"{TEMPLATES}/email/restore", data={"version": page.values["version"]}
    )
    assert wrong.status_code == 404


async def test_a_channel_is_tried_as_it_stands_in_its_form(
    client: httpx.AsyncClient, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    left = await leave("hello")
    uid = await add("wecom", fakes.add_bot("wecom", "k"))
    where = f"{CHANNELS}/{uid}"
    page = Page(await client.get(where))
    assert "4096" in page.words
    assert "hello" in page.words
    typed = {**page.values, "template": OWN, "format": "text", "message": left.uid}
    html = (await client.post(f"{where}/preview", data=typed, headers=HTMX)).text
    assert "新的：hello" in html
    assert "2048" in html
    whole = Page(await client.post(f"{where}/preview", data=typed))
    assert (whole.values["template"], "新的：hello" in whole.words) == (OWN, True)


async def test_without_its_own_a_channel_shows_the_organizations_text(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    left = await leave("hello")
    await template_versions.save(org.id, "wecom", OWN, by="tests")
    form = {"kind": "wecom", "template": "", "message": left.uid}
    assert await said(client, f"{CHANNELS}/new/preview", **form) == "新的：hello"
    custom = {"kind": "custom", "body_template": '"{{message.content}}"', "message": left.uid}
    assert await said(client, f"{CHANNELS}/new/preview", **custom) == "&#34;hello&#34;"
    assert (await client.post(f"{CHANNELS}/new/preview", data={"kind": "x"})).status_code == 404


async def test_a_channels_earlier_template_comes_back_and_the_rest_stays(
    client: httpx.AsyncClient, org: Organization, fakes: FakeVendors, add: Add
) -> None:
    url = fakes.add_hook("crm")
    uid = await add("custom", url, body_template='"one"', headers={"X-A": "secret-value"})
    saved = await channel_settings.channel(org.id, uid)
    await channel_settings.change(org.id, uid, {**saved, "body_template": '"two"'}, by="tests")
    page = Page(await client.get(f"{CHANNELS}/{uid}"))
    answer = await client.post(
        f"{CHANNELS}/{uid}/restore", data={"version": page.values["version"]}
    )
    assert answer.headers["location"] == f"{CHANNELS}/{uid}?done=restored"
    now = await channel_settings.channel(org.id, uid)
    assert (now["body_template"], now["headers"], now["template"]) == (
        *('"one"', saved["headers"], ""),
    )


async def test_only_admins_write_templates(org: Organization, web: Any) -> None:
    agent = await agents.create(
        org.id, email="a@shop.example", password="correct horse 9", role="agent"
    )
    raw = await sessions.start(agent, address="127.0.0.1", user_agent="tests")
    headers = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": sessions.csrf(raw)}
    theirs = web(cookies={"sid": raw}, headers={"Origin": BASE_URL, **headers})
    assert (await theirs.get(TEMPLATES)).status_code == 403
    assert (await theirs.post(f"{TEMPLATES}/wecom", data={"text": "x"})).status_code == 403


async def test_there_is_no_other_kind_and_nobody_elses_version(
    client: httpx.AsyncClient, other_org: Organization
) -> None:
    for verb in ("", "/preview", "/reset", "/restore"):
        answer = await client.post(f"{TEMPLATES}/pigeon{verb}", data={"text": "x"})
        assert answer.status_code == 404
    await template_versions.save(other_org.id, "wecom", "theirs", by="tests")
    (version,) = await template_versions.history(other_org.id, "wecom")
    answer = await client.post(f"{TEMPLATES}/wecom/restore", data={"version": version.uid})
    assert answer.status_code == 404


async def test_what_is_typed_can_be_tested_before_it_is_saved(
    client: httpx.AsyncClient, org: Organization, fakes: FakeVendors, add: Add
) -> None:
    where = f"{TEMPLATES}/wecom"
    assert "测试要先有一个这种渠道" in Page(await client.get(where)).words
    uid = await add("wecom", fakes.add_bot("wecom", "k"), name="销售群")
    other = await add("custom", fakes.add_hook("h"))
    typed = {"text": f"typed {OWN}", "channel": uid}

    answer = await client.post(f"{where}/test", data=typed, headers=HTMX)

    assert (answer.status_code, "<html" in answer.text) == (200, False)
    assert "typed 新的" in json.loads(fakes.calls("wecom")[-1].raw)["markdown"]["content"]
    assert await template_versions.of_kinds(org.id) == {}
    whole = Page(await client.post(f"{where}/test", data=typed))
    assert "平台已接收" in whole.words
    assert whole.values["text"] == typed["text"]
    faulty = await client.post(f"{where}/test", data={**typed, "text": "{{ x }}"}, headers=HTMX)
    assert (faulty.status_code, "<html" in faulty.text) == (422, False)
    assert (await client.post(f"{where}/test", data={**typed, "channel": other})).status_code == 404

    body = {"text": '{"t": "{{visitor.name}}"}', "channel": other}
    await client.post(f"{TEMPLATES}/custom/test", data=body)
    assert json.loads(fakes.calls("hook")[-1].raw) == {"t": "张三"}
