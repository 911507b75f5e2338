"""Whatever comes in, a fake answers as the vendor would and never fails itself."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.bots import Vendor
from tests.fakes.clock import Clock
from tests.fakes.dingtalk import Dingtalk
from tests.fakes.feishu import Feishu
from tests.fakes.oracles import findings
from tests.fakes.readable import readable
from tests.fakes.vendors import FakeVendors
from tests.fakes.wecom import Wecom
from tests.fakes.wire import Request

PLAIN = {"tag": "plain_text", "content": "a"}
BUTTON = {"tag": "button", "text": PLAIN, "url": "https://x.example"}
ACTION = {"type": 1, "url": "https://x.example"}
ROW = {"keyname": "a", "value": "b"}
JUMP = {"type": 1, "title": "a", "url": "https://x.example"}
NOTICE = {"card_type": "text_notice", "main_title": {"title": "a"}, "card_action": ACTION}
HEADER = {"title": PLAIN, "template": "blue"}
DIV = {"tag": "div", "text": PLAIN, "fields": [{"is_short": True, "text": PLAIN}]}
BLOCKS = [DIV, {"tag": "markdown", "content": "<at id=all>"}, {"tag": "hr"}]
TAGS = [{"tag": "text", "text": "a"}, {"tag": "at", "user_id": "all"}]

MESSAGES: dict[str, list[dict[str, Any]]] = {
    "wecom": [
        {"msgtype": "text", "text": {"content": "a", "mentioned_list": ["@all"]}},
        {"msgtype": "markdown", "markdown": {"content": "[a](b)"}},
        {"msgtype": "image", "image": {"base64": "YQ==", "md5": "a"}},
        {"msgtype": "news", "news": {"articles": [{"title": "a", "url": "b", "picurl": "c"}]}},
        {
            "msgtype": "template_card",
            "template_card": {**NOTICE, "horizontal_content_list": [ROW], "jump_list": [JUMP]},
        },
    ],
    "dingtalk": [
        {"msgtype": "text", "text": {"content": "a"}, "at": {"atMobiles": ["1"], "isAtAll": True}},
        {"msgtype": "markdown", "markdown": {"title": "a", "text": "b"}, "msgUuid": "a"},
        {
            "msgtype": "actionCard",
            "actionCard": {"title": "a", "text": "b", "btns": [{"title": "c", "actionURL": "d"}]},
        },
        {"msgtype": "feedCard", "feedCard": {"links": [{"title": "a", "messageURL": "b"}]}},
    ],
    "feishu": [
        {"msg_type": "text", "content": {"text": "a"}, "timestamp": "1", "sign": "a"},
        {"msg_type": "post", "content": {"post": {"zh_cn": {"title": "a", "content": [TAGS]}}}},
        {
            "msg_type": "interactive",
            "card": {
                "header": HEADER,
                "elements": [*BLOCKS, {"tag": "action", "actions": [BUTTON]}],
            },
        },
        {
            "msg_type": "interactive",
            "card": {"schema": "2.0", "header": HEADER, "body": {"elements": [*BLOCKS, BUTTON]}},
        },
    ],
}
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, 1, 2.5, "", "a", "\ud83d", "2.0", [], ["a"], [None], [[]], {}, {"a": "b"}, [{}]]
)
VENDORS: list[type[Vendor]] = [Wecom, Dingtalk, Feishu]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, list):
        value = dict(enumerate(value))
    for key, entry in value.items() if isinstance(value, dict) else ():
        yield from places(entry, (*path, key))


def spoil(message: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    spoilt = copy.deepcopy(message)
    node = spoilt
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = odd
    return spoilt


@pytest.mark.parametrize("maker", VENDORS)
@given(data=st.data())
def test_no_message_breaks_a_fake(maker: type[Vendor], data: st.DataObject) -> None:
    vendor = maker(Clock())
    value: Any = data.draw(st.sampled_from(MESSAGES[vendor.name]))
    for _ in range(data.draw(st.integers(1, 3))):
        value = spoil(value, data.draw(st.sampled_from(list(places(value)))), data.draw(ODD))
    headers = [("content-type", "application/json")]
    request = Request("POST", "/", "1.1", headers, "127.0.0.1", 1, json.dumps(value).encode())
    fakes = FakeVendors()
    fakes.add_bot(vendor.name, "t")

    assert json.loads(vendor.judge(request, "t", fakes.bots[vendor.name, "t"]).body)
    findings(vendor.name, request.json)
    readable(vendor.name, request.json)
