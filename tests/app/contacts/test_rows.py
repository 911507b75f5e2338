"""What is masked of a message, and of what belongs to it."""

from __future__ import annotations

import msgspec

from app.contacts import rows
from app.fields.shape import Label

LABELS = {
    "size": Label(text={"en": "Size"}),
    "home": Label(text={"en": "Home"}, personal=True),
}


class Noticed(msgspec.Struct):
    phone: str = "13800138000"
    email: str = ""
    wechat: str = "zhangsan88"
    content: str = "I am ZhangSan88, of Beijing Road 12"
    ip: str = "203.0.113.77"
    user_agent: str = "Chrome/120.0.6099.109"
    fields: str = '{"size":"12","home":"Beijing Road 12","other":"secret words"}'
    labels: str = msgspec.json.encode(LABELS).decode()


def test_a_notice_keeps_its_text_and_loses_its_contacts() -> None:
    told = rows.noticed(Noticed())
    assert (told.phone, told.wechat, told.ip) == ("138****8000", "z****8", "203.0.113.0/24")
    assert told.content == "I am z****8, of Bei****d 12"
    assert told.user_agent == "Chrome/120.0.6099.109"
    answers = msgspec.json.decode(told.fields)
    assert answers == {"size": "12", "home": "Bei****d 12", "other": "sec****ords"}


def test_facts_are_masked_however_deep_they_are() -> None:
    facts = {"from": "zhang@qq.com", "told": [{"words": "550 <zhang@qq.com>"}], "n": 3}
    assert rows.facts(facts, ()) == {
        "from": "zh***@qq.com",
        "told": [{"words": "550 <zh***@qq.com>"}],
        "n": 3,
    }


def test_what_was_typed_is_masked_too() -> None:
    typed = {"wechat": "我的id zhangsan88", "size": "about 12"}
    told = rows.written(typed, ["zhangsan88"])
    assert told["size"] == "about 12"
    assert "zhangsan88" not in told["wechat"]
