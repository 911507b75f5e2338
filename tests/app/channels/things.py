"""What the tests of the channels speak of."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from hypothesis import strategies as st

from app.channels import CLASSES, kinds
from app.channels.sender import Parcel, Sender
from app.notices.notice import Notice
from tests.fakes.hostile import PIECES
from tests.fakes.mail import FakeMail
from tests.fakes.records import Call
from tests.fakes.vendors import FakeVendors

FOLDERS = [each.partition(":")[0] for each in CLASSES]
"""The kinds that are a folder each; presets have tests of their own."""
LINK = "https://desk.example/inbox/0190"
INBOX = "https://desk.example/inbox"
SIGN_SECRET = "SEC" + "5ec2e7" * 10
TOKEN = "70ken-" + "c0ffee" * 5
PASSWORD = "good"
CORPID = "ww0123456789abcdef"

NOTICE = Notice(
    uid="0190",
    reference="LM-7K3F9Q",
    created_at=dt.datetime(2024, 1, 15, 10, 30, tzinfo=dt.UTC),
    name="张三",
    phone="13800138000",
    email="zhangsan@example.com",
    ip="192.168.1.100",
    content="我想咨询一下产品价格",
    category="产品咨询",
    page_url="https://shop.example/p/1",
    link=LINK,
)

# Every format of every kind, so that a promise about all kinds is kept by all formats.
ROBOTS: list[tuple[str, dict[str, Any]]] = [
    ("wecom", {"format": "text"}),
    ("wecom", {"format": "markdown"}),
    ("wecom", {"format": "markdown_v2"}),
    ("wecom", {"format": "template_card"}),
    ("dingtalk", {"format": "text"}),
    ("dingtalk", {"format": "markdown"}),
    ("dingtalk", {"format": "action_card"}),
    ("feishu", {"format": "text"}),
    ("feishu", {"format": "post"}),
    ("feishu", {"format": "card"}),
    ("feishu", {"format": "markdown"}),
]
APPS: list[tuple[str, dict[str, Any]]] = [
    ("wecom_app", {"format": "text"}),
    ("wecom_app", {"format": "markdown"}),
    ("wecom_app", {"format": "textcard"}),
]
PLATFORMS = [*ROBOTS, *APPS]
HTTP = [*ROBOTS, ("custom", {})]
ALL = [*HTTP, *APPS, ("email", {})]


URL = {
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + TOKEN,
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=" + TOKEN,
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/" + TOKEN,
    "custom": "https://receiver.example/hook",
}


def name_of(variant: tuple[str, dict[str, Any]]) -> str:
    return " ".join([variant[0], *map(str, variant[1].values())])


def notice(**changes: Any) -> Notice:
    return msgspec.structs.replace(NOTICE, **changes)


def parcel(*notices: Notice, **changes: Any) -> Parcel:
    given = {"id": "0190a5b0", "notices": notices or (NOTICE,), "inbox_link": INBOX}
    return Parcel(**{**given, **changes})


def robot(kind: str, url: str, **options: Any) -> Sender:
    return kinds.parse({"type": kind, "webhook_url": url, **options})


def app(server: str = "https://qyapi.weixin.qq.com", **options: Any) -> Sender:
    given = {"corpid": CORPID, "agentid": 1000002, "secret": TOKEN, "to_users": ["li", "wang"]}
    return kinds.parse({"type": "wecom_app", **given, "server": server, **options})


def made(variant: tuple[str, dict[str, Any]], **options: Any) -> Any:
    """A sender that is only looked at: nobody listens at its address."""
    kind, given = variant
    if kind == "wecom_app":
        return app(**{**given, **options})
    if kind != "email":
        return robot(kind, URL[kind], **{**given, **options})
    auth = {"user": "desk@example.com", "pass": options.get("password", PASSWORD)}
    smtp = {"host": "smtp.example.com", "port": 587, "auth": auth}
    return kinds.parse({"type": "email", "smtp_config": smtp, "to": ["a@example.com"]})


def mailer(port: int, *to: str, password: str = PASSWORD, **config: Any) -> Sender:
    options = {name: config.pop(name) for name in ("from", "attach_json") if name in config}
    smtp = {
        "host": "127.0.0.1",
        "port": port,
        "secure": True,
        "tls_mode": "starttls",
        "auth": {"user": "desk@example.com", "pass": password},
        **config,
    }
    recipients = list(to) or ["admin@example.com"]
    return kinds.parse({"type": "email", "smtp_config": smtp, "to": recipients, **options})


def registered(
    variant: tuple[str, dict[str, Any]], fakes: FakeVendors, mail: FakeMail | None = None
) -> Sender:
    """A sender of this kind and format, known to the fakes."""
    kind, options = variant
    if kind == "email":
        assert mail
        return mailer(mail.port("starttls"), **options)
    if kind == "wecom_app":
        return app(fakes.add_bot(kind, CORPID, secret=TOKEN, rate=0), **options)
    if kind == "custom":
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return robot(kind, fakes.add_hook(TOKEN), headers=headers, **options)
    if kind == "wecom":
        return robot(kind, fakes.add_bot(kind, TOKEN, rate=0), **options)
    url = fakes.add_bot(kind, TOKEN, secret=SIGN_SECRET, rate=0)
    return robot(kind, url, secret=SIGN_SECRET, **options)


def faulty(variant: tuple[str, dict[str, Any]], fakes: FakeVendors, *faults: str) -> None:
    """The next calls of the variant's sender meet these."""
    fakes.fault(variant[0], CORPID if variant[0] == "wecom_app" else TOKEN, *faults)


def sent(fakes: FakeVendors) -> list[Call]:
    """The calls that carry a message: none that only ask for a token."""
    return [call for call in fakes.calls() if "." not in call.vendor]


_SIGNS = "<>[]()!#*`_~|\\&@;:/=-+.\"'{}$\n\r\t \u2028\u200d\u3000\uff20中a1😀"
_HOSTILE = st.one_of(
    st.text(alphabet=_SIGNS, max_size=40),
    st.sampled_from(sorted(PIECES.values())),
    st.sampled_from(["&lt", ";", "<", "@all>", "[a]", "(http://evil.example)", "&#60", "=?"]),
    st.text(max_size=20),
)
hostile_texts = st.lists(_HOSTILE, min_size=1, max_size=6).map("".join)

_VARIABLES = ("visitor.name", "message.content", "message.page_url", "message.link", "fields.f")
_FILLED = [f"{{{{{name}}}}}" for name in _VARIABLES]
_OPENED = [
    "[a](",
    "![a](",
    "<@",
    "<",
    "<at id=",
    '<at user_id="',
    '<a href="',
    "https://",
    "[a]",
    "!",
]
_CLOSED = [")", ">", '">', "></at>", '"></at>', "", " ", "\n", "](x)", "dtmd:", "//", "中", "#"]
_PLACES = st.tuples(*map(st.sampled_from, (_OPENED, _FILLED, _CLOSED))).map("".join)
templates_of_somebody = st.lists(
    st.one_of(_PLACES, st.sampled_from([*_FILLED, *_OPENED, *_CLOSED])), min_size=1, max_size=5
).map("".join)
