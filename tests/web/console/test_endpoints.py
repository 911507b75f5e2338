"""系统设置 → 事件推送: endpoints are added, seen, tested and given new keys, without a script."""

from __future__ import annotations

import re

import httpx
import msgspec

from app import channel_settings
from app.tables import Organization
from tests.app.deliveries.conftest import fakes
from tests.fakes.vendors import FakeVendors
from tests.web.reading import Page

__all__ = ["fakes"]

PAGE, CHANNELS = "/settings/events", "/settings/channels"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


async def stored(org: Organization) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await channel_settings.read(org.id))["notifications"]
    return found


async def test_an_endpoint_is_added_and_is_no_channel_of_notices(
    org: Organization, client: httpx.AsyncClient, fakes: FakeVendors
) -> None:
    empty = Page(await client.get(PAGE))
    assert "还没有程序接收事件" in empty.words
    assert "message.created" in empty.words
    form = Page(await client.get(f"{CHANNELS}/new?kind=events"))
    secret = form.values["signing_secret"]
    assert SECRET.fullmatch(secret)
    assert "open" not in form.attributes("details", **{"class": "further"})[0]
    assert "例如：CRM" in [each.get("placeholder") for each in form.attributes("input")]
    data = {
        **form.values,
        "webhook_url": fakes.add_hook("crm", secret=secret),
        "types/message.created": "on",
        "types/channel.broken": "on",
        "categories": "售后\n投诉",
    }
    wrong = await client.post(f"{CHANNELS}/new", data={**data, "webhook_url": "nothing"})
    assert wrong.status_code == 422
    assert secret in wrong.text
    assert wrong.text.count("checked") == 2
    added = await client.post(f"{CHANNELS}/new", data=data)
    assert added.status_code == 303

    (entry,) = await stored(org)
    assert entry["types"] == ["message.created", "channel.broken"]
    assert entry["categories"] == ["售后", "投诉"]
    edit = await client.get(added.headers["location"])
    assert secret not in edit.text
    assert edit.text.count("checked") == 2
    assert str(entry["uid"]) not in (await client.get(CHANNELS)).text
    assert "没有启用的渠道" in (await client.get(CHANNELS)).text
    listed = await client.get(PAGE)
    assert f'href="{CHANNELS}/{entry["uid"]}"' in listed.text

    tested = await client.post(f"{CHANNELS}/{entry['uid']}/test")
    assert "其他程序" in tested.text
    (call,) = fakes.calls("hook", "crm")
    assert call.signature_ok
    assert msgspec.json.decode(call.raw)["type"] == "endpoint.test"
    off = await client.post(f"{CHANNELS}/{entry['uid']}/switch", data={"to": "off"})
    assert off.headers["location"].startswith(PAGE)
    gone = await client.post(f"{CHANNELS}/{entry['uid']}/remove")
    assert gone.headers["location"].startswith(PAGE)
    assert f"{entry['uid']}/bring-back" in (await client.get(PAGE)).text


async def test_keys_are_renewed_and_shown_once(
    org: Organization, client: httpx.AsyncClient, fakes: FakeVendors
) -> None:
    raw = {"type": "events", "webhook_url": fakes.add_hook("crm")}
    uid = await channel_settings.add(org.id, raw, by="tests")
    shown = await client.post(f"{PAGE}/{uid}/renew")
    (made,) = set(SECRET.findall(shown.text))
    edit = await client.get(f"{CHANNELS}/{uid}")
    assert made not in edit.text
    assert f"{PAGE}/{uid}/end" in edit.text
    pair = await client.post(f"{PAGE}/{uid}/renew", data={"pair": "yes"})
    assert "whpk_" in pair.text
    assert "whsk_" not in pair.text
    ended = await client.post(f"{PAGE}/{uid}/end")
    assert ended.status_code == 303
    assert f"{PAGE}/{uid}/end" not in (await client.get(f"{CHANNELS}/{uid}")).text


async def test_one_that_was_removed_comes_back_to_its_own_list(
    org: Organization, client: httpx.AsyncClient
) -> None:
    hook = {"type": "events", "webhook_url": "https://crm.example.com/hook"}
    uid = await channel_settings.add(org.id, hook, by="tests")
    gone = await client.post(f"{CHANNELS}/{uid}/remove")
    said = Page(await client.get(gone.headers["location"]))
    again = f"{CHANNELS}/{uid}/bring-back"
    assert len(said.attributes("form", action=again)) == 2
    back = await client.post(f"{CHANNELS}/{uid}/bring-back")
    assert back.headers["location"] == f"{PAGE}?done=back"

    await client.post(f"{CHANNELS}/{uid}/remove")
    for n in range(20):
        team = {"type": "custom", "webhook_url": f"https://team{n}.example.com/hook"}
        await channel_settings.add(org.id, team, by="tests")
    refused = await client.post(f"{CHANNELS}/{uid}/bring-back")
    assert refused.status_code == 422
    assert "20" in Page(refused).words
    assert "message.created" in Page(refused).words
