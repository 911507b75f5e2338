"""The unified format."""

from __future__ import annotations

import datetime as dt
import hashlib

import msgspec

from app.notices.notice import Notice, sample

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
NOTICE = Notice(
    uid="0190",
    reference="LM-7K3F9Q",
    created_at=dt.datetime(2024, 1, 15, 18, 30, 0, 999, tzinfo=SHANGHAI),
    name="张三",
    phone="13800138000",
    email="zhangsan@example.com",
    ip="192.168.1.100",
    content="我想咨询一下产品价格",
    category="产品咨询",
)


def test_it_is_the_documented_json_byte_for_byte() -> None:
    body = msgspec.json.encode(NOTICE.unified())

    assert len(body) == 262
    assert hashlib.sha256(body).hexdigest().startswith("e55515a729f34ee94290f9220d140223")


def test_what_is_missing_is_an_empty_string() -> None:
    bare = Notice(uid="1", reference="LM-1", created_at=NOTICE.created_at)

    assert bare.unified()["visitor"] == {"name": "", "phone": "", "email": "", "ip": ""}
    told = msgspec.structs.replace(bare, wechat="zs_88abc").unified()["visitor"]
    assert list(told.items())[3:] == [("ip", ""), ("wechat", "zs_88abc")]
    assert "action" not in bare.unified()
    assert msgspec.structs.replace(bare, did="corrected").unified()["action"] == "corrected"
    assert bare.unified()["message"] == {"content": "", "category": ""}


def test_cleaning_makes_every_text_fit_to_be_sent() -> None:
    dirty = msgspec.structs.replace(
        NOTICE, name="张\ud83d\n三", content="a\r\nb\x00", fields=(("公\n司", "x\u2028y"),)
    )

    cleaned = dirty.clean()

    assert (cleaned.name, cleaned.content) == ("张\ufffd 三", "a\nb")
    assert cleaned.fields == (("公 司", "x y"),)
    assert msgspec.json.encode(cleaned.unified())


def test_the_sample_says_that_it_is_a_test_in_the_teams_language() -> None:
    assert "测试" in sample(locale="zh-CN").content
    assert "test" in sample(locale="en").content
