"""What a channel may say of a message."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import httpx
import msgspec
import pytest

from app import messages
from app.channel_settings import previews
from app.channel_settings.previews import specimen
from app.channel_settings.read import readable, row
from app.channels.kinds import KINDS
from app.channels.sender import Parcel
from app.fields.check import Answers
from app.fields.shape import Label
from app.messages import Visit, remarks
from app.notices import templates
from app.notices.disclosed import SHOWS, disclosed, tried
from app.notices.notice import Notice
from app.tables import Organization

BASE = "/api/v1/leavemsg"
NAME, PHONE, EMAIL, WECHAT = "王小姐", "13912345678", "canary.person@hidden.example", "canary_wx_77"
WORDS = "红色沙发"
TOLD = re.compile(r"139[ -]?1234[ -]?5678|canary\.person|canary_wx_77", re.IGNORECASE)
OF_THEM = re.compile(rf"{TOLD.pattern}|{NAME}|{WORDS}|203\.0\.113|hidden\.example", re.IGNORECASE)
WHOLE = Notice(
    uid="019adf12-3456-7890-1234-567890123456",
    reference="LM-7K3F9Q",
    created_at=dt.datetime(2026, 11, 30, tzinfo=dt.UTC),
    name=NAME,
    phone=PHONE,
    email=EMAIL,
    wechat=WECHAT,
    ip="203.0.113.77",
    content=f"{WORDS}，打 139-1234-5678，微信 {WECHAT}",
    category="售前",
    page_url=f"https://hidden.example/{WORDS}?tel={PHONE}",
    fields=(("备用", f"{NAME} {PHONE}"),),
    keyed=(("second", f"{NAME} {PHONE}"),),
    note=f"{WORDS} {EMAIL}",
    link="https://desk.example/inbox/019adf12-3456-7890-1234-567890123456",
)
ALL_OF_IT = "\n".join(
    f"{{{{ {name.replace('<key>', key)} }}}}"
    for name in templates.VARIABLES
    for key in ("second", "备用")
)
SILENT = {"aliyun_sms", "events"}
"""The platform's own texts with a number alone, and what programs are told of without words."""
PARCELS = ("single", "digest", "repeat", "more", "reminder")


def said_by(kind: str, shows: str) -> str:
    """All that a channel of the kind would say, in every form, with and without a template."""
    notice, sender, found = disclosed(WHOLE, shows, "zh-CN"), specimen(kind, {}), []
    plain = f'{{"text":"{" ".join(ALL_OF_IT.split(chr(10)))}"}}'
    for what in PARCELS:
        for template in ("", plain if KINDS[kind].writes == "json" else ALL_OF_IT):
            parcel = Parcel(
                id="p",
                kind=what,  # type: ignore[arg-type]
                notices=(msgspec.structs.replace(notice, added=what == "more"),),
                total=1,
                locale="zh-CN",
                timezone="Asia/Shanghai",
                template=template,
                inbox_link="https://desk.example/inbox",
            )
            written = sender.written(parcel)
            found += [sender.preview(parcel), written.content.decode() if written else ""]
    return "\n".join(found)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_of_only_the_link_no_kind_says_anything_of_a_visitor(kind: str) -> None:
    assert OF_THEM.findall(said_by(kind, "link")) == []
    assert TOLD.findall(said_by(kind, "masked")) == []
    if kind not in SILENT:
        assert TOLD.findall(said_by(kind, "all")), "or this shows nothing"


def test_a_link_says_which_message_and_a_masked_notice_what_it_is_about() -> None:
    link = said_by("wecom", "link")
    for part in (WHOLE.reference, WHOLE.category, WHOLE.link, "（请登录后查看）"):
        assert part in link
    masked = said_by("wecom", "masked")
    for part in (NAME, WORDS, "139＊＊＊＊5678", "ca＊＊＊@hidden.example"):
        assert part in masked


def test_programs_get_empty_values() -> None:
    told = disclosed(WHOLE, "link", "zh-CN").unified()
    assert told["message"] == {"content": "", "category": "售前"}
    assert set(told["visitor"].values()) == {""}
    assert (told["reference"], told["link"]) == (WHOLE.reference, WHOLE.link)
    assert "reference" not in WHOLE.unified()


def test_a_link_says_that_it_is_urgent() -> None:
    urgent = msgspec.structs.replace(WHOLE, priority="high")
    told = disclosed(urgent, "link", "zh-CN")
    assert told.content == "（高优先级，请登录后查看）"
    assert told.unified()["priority"] == "high"


def test_a_test_says_that_it_is_one() -> None:
    for shows in SHOWS:
        notice = tried(shows, locale="en", link="https://desk.example/")
        assert notice.content.startswith("This is a test message.")
    assert (notice.name, notice.phone) == ("", "")


async def test_what_is_sent_to_a_channel_is_what_it_may_say(
    org: Organization, api: httpx.AsyncClient
) -> None:
    found: dict[str, Any] = {}
    for shows in ("link", "masked"):
        hook = {"type": "custom", "name": shows, "webhook_url": f"https://{shows}.example/"}
        found[shows] = {**hook, "shows": shows}
    made = await api.post(f"{BASE}/config", json={"notifications": [*found.values()]})
    assert [each["shows"] for each in made.json()["notifications"]] == ["link", "masked"]
    answers = Answers(
        name=NAME, phone=PHONE, wechat=WECHAT, content=WHOLE.content, fields={"second": PHONE}
    )
    left = await messages.leave(org, answers, Visit(), submission_id="one")
    await remarks.append(org.id, str(left.uid), f"{WORDS} {WECHAT} {PHONE}")
    listed = (await api.get(f"{BASE}/deliveries")).json()["items"]
    said: dict[str, list[str]] = {"link": [], "masked": []}
    for each in listed:
        text = (await api.get(f"{BASE}/deliveries/{each['uid']}")).json()["text"]
        said[each["channel"]["name"]].append(text)
    assert {shows: len(texts) for shows, texts in said.items()} == {"link": 2, "masked": 2}
    assert OF_THEM.findall(str(said["link"])) == []
    assert TOLD.findall(str(said["masked"])) == []
    assert str(said["masked"]).count(WORDS) == 2


async def test_another_word_is_refused(api: httpx.AsyncClient) -> None:
    hook = {"type": "custom", "webhook_url": "https://x.example/", "shows": "some"}
    answer = await api.post(f"{BASE}/config", json={"notifications": [hook]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/notifications/0/shows"


OWN = {
    "second": ("phone", False, "+86 139 1234 5678"),
    "wx": ("wechat", False, "canary_wx_77"),
    "mail": ("email", False, EMAIL),
    "id": ("text", True, "沪A·12345 红"),
    "free": ("text", False, f"找 {WECHAT} 或 {PHONE}"),
    "size": ("radio", False, "三人位"),
}
"""An organization's own fields: kind, whether it is marked as personal, and the answer."""


async def test_answers_to_own_fields_are_masked_like_the_rest(
    org: Organization, api: httpx.AsyncClient
) -> None:
    hook = {"type": "custom", "name": "m", "webhook_url": "https://m.example/", "shows": "masked"}
    words = "\n".join(f"{{{{ fields.{key} }}}}" for key in OWN)
    hook["template"] = f'{{"said":"{words}"}}'.replace("\n", " ")
    made = await api.post(f"{BASE}/config", json={"notifications": [hook]})
    assert made.status_code == 200, made.text
    labels = {
        key: Label({"zh-CN": key}, kind, personal=personal)  # type: ignore[arg-type]
        for key, (kind, personal, _) in OWN.items()
    }
    fields = {key: answer for key, (_, _, answer) in OWN.items()}
    answers = Answers(content=f"请联系 {WECHAT}，车牌沪A·12345 红", fields=fields)
    left = await messages.leave(
        org, msgspec.structs.replace(answers, labels=labels), Visit(), submission_id="one"
    )
    [delivery] = (await api.get(f"{BASE}/deliveries")).json()["items"]
    sent = (await api.get(f"{BASE}/deliveries/{delivery['uid']}")).json()["text"]
    uid = made.json()["notifications"][0]["uid"]
    sender = readable(await row(org.id, uid))
    assert sender
    for shows in ("masked", "all"):
        seen = await previews.preview(
            org.id, sender, hook["template"], message=str(left.uid), shows=shows
        )
        told = [*TOLD.findall(seen.text), *re.findall("沪A·12345", seen.text)]
        assert bool(told) == (shows == "all"), seen.text
    assert TOLD.findall(sent) == []
    assert "沪A·12345" not in sent
    assert "三人位" in sent
