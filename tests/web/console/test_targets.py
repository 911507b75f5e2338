"""Response times in the settings, as a browser without scripts uses them."""

from __future__ import annotations

import httpx
import pytest

from app import channel_settings, presence
from app.hours import WEEKDAYS
from app.tables import Organization
from app.targets import change
from tests.web.reading import Page

HERE = "/settings/targets"
HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/h", "name": "售后群"}


async def opened(client: httpx.AsyncClient) -> Page:
    return Page(await client.get(HERE))


async def saved(client: httpx.AsyncClient, **typed: str) -> Page:
    values = {**(await opened(client)).values, **typed}
    answer = await client.post(HERE, data=values)
    assert answer.status_code == 303, Page(answer).words
    return Page(await client.get(answer.headers["location"]))


async def test_it_is_set_for_all_and_for_one_category(
    client: httpx.AsyncClient, org: Organization
) -> None:
    channel = await channel_settings.add(org.id, HOOK, by="tests")
    page = await saved(
        client,
        **{"minutes": "2", "unit": "h", "own-1-minutes": "45", "own-1-unit": "min"},
        **{"own-3-unit": "none", "warn": channel, "visitors": "nothing"},
    )
    assert "已保存" in page.words
    found = await change.read(org.id)
    own = [(each.category, each.minutes) for each in found.categories]
    assert (found.minutes, own) == (120, [("售后服务", 45), ("其他", None)])
    assert (found.warn, found.visitors) == (channel, "nothing")
    assert (page.values["minutes"], page.values["unit"]) == ("2", "h")
    assert page.values["own-1-minutes"] == "45"
    assert page.values["own-3-unit"] == "none"


async def test_a_category_that_the_form_has_no_more_stays_until_it_is_taken_out(
    client: httpx.AsyncClient, org: Organization
) -> None:
    raw = {"categories": [{"category": "退货", "minutes": 90}]}
    await change.save(org.id, raw, by="tests")
    page = await opened(client)
    assert "退货 表单里已没有" in page.words
    assert (page.values["own-4-category"], page.values["own-4-minutes"]) == ("退货", "90")
    await saved(client, **{"own-4-unit": ""})
    assert (await change.read(org.id)).is_empty


async def test_a_channel_that_was_removed_is_said(
    client: httpx.AsyncClient, org: Organization
) -> None:
    channel = await channel_settings.add(org.id, HOOK, by="tests")
    await change.save(org.id, {"minutes": 60, "warn": channel}, by="tests")
    assert "请换一个" not in (await opened(client)).words
    await channel_settings.archive(org.id, channel, by="tests")
    assert "要通知的渠道已删除，请换一个。" in (await opened(client)).words
    await saved(client)
    assert (await change.read(org.id)).warn is None


async def test_without_office_hours_it_says_what_counts(
    client: httpx.AsyncClient, org: Organization
) -> None:
    assert "还没设置营业时间" in (await opened(client)).words
    week = {day: [["09:00", "18:00"]] for day in WEEKDAYS}
    await presence.set_week(org, timezone="Asia/Shanghai", weekly=week, by="tests")
    assert "还没设置营业时间" not in (await opened(client)).words


@pytest.mark.parametrize("typed", ["x", "0", "201", "-1", "9" * 5000])
@pytest.mark.parametrize("field", ["minutes", "own-0-minutes"])
async def test_what_cannot_be_is_refused_at_its_field(
    client: httpx.AsyncClient, org: Organization, typed: str, field: str
) -> None:
    values = {**(await opened(client)).values, "unit": "h", "own-0-unit": "h", field: typed}
    values.setdefault("own-0-minutes", "1")
    if field == "minutes":
        values["own-0-minutes"] = "1"
    answer = await client.post(HERE, data=values)
    page = Page(answer)
    assert answer.status_code == 422
    assert page.title.startswith("错误：")
    assert f"#{field}" in page.links()
    assert page.attributes("p", id=f"{field}-fault")
    assert page.values[field] == typed
    assert (await change.read(org.id)).is_empty


async def test_a_category_without_an_amount_is_refused(client: httpx.AsyncClient) -> None:
    values = {**(await opened(client)).values, "own-0-unit": "min"}
    answer = await client.post(HERE, data=values)
    assert answer.status_code == 422
    assert "#own-0-minutes" in Page(answer).links()
