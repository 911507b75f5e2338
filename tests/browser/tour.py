"""Every page of the console and of a visitor, in the states that it can be in: of a desk that has
everything, of one that has nothing yet, and after something was typed that cannot be taken."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from playwright.async_api import Page, expect

from tests.browser.product import FORM, Product
from tests.browser.visitor import flaws
from tests.fakes.vendors import FakeVendors
from tests.web.reading import Page as Answered

Do = Callable[[Page], Coroutine[Any, Any, None]]

LONG = "我想咨询一下产品价格，最好今天就能回复。" * 40
PLAIN = "你好，想问一下什么时候发货"
WORD = "Donaudampfschifffahrtsgesellschaft" * 3
MEMBERS = "/settings/members"
PROVIDERS = "/settings/sign-in/providers"
TAP = re.compile(r"/t/[\w-]+")
UID = re.compile(r"/[0-9a-f]{8}-[0-9a-f-]{27}$")
SECONDS = 20
"""That notices may take until the last of them is over."""
SUBMIT = """(form) => { form.noValidate = true;
  const own = "[type=submit]:not(.visually-hidden)";
  form.requestSubmit(form.querySelector(own + ".primary") ?? form.querySelector(own)); }"""
FAULTS = ".fault, .summary, .note.err, .toast.err, .banner.err"
BUSY = ".htmx-request, .htmx-swapping, .htmx-settling"


@dataclass(frozen=True)
class Stop:
    """`do` brings the page into its state once it is open."""

    name: str
    path: str
    do: Do | None = None
    signed_in: bool = True


def submits(form: str, **values: str) -> Do:
    """Fills in parts of a form by their names and sends it, whatever the browser says to that;
    what comes is the page with its faults."""

    async def do(page: Page) -> None:
        found = page.locator(form).first
        for name, value in values.items():
            part = found.locator(f"[name='{name}']").first
            await part.evaluate("(part, value) => { part.value = value; }", value)
        async with page.expect_response(lambda said: said.request.method == "POST"):
            await found.evaluate(SUBMIT)
        await page.wait_for_load_state()
        await expect(page.locator(BUSY)).to_have_count(0)
        await expect(page.locator(FAULTS).locator("visible=true").first).to_be_attached()

    return do


def opens(details: str) -> Do:
    async def do(page: Page) -> None:
        await page.locator(details).evaluate_all("(all) => all.forEach((one) => one.open = true)")

    return do


async def invites(page: Page) -> None:
    await page.click("#invite [type=submit]")
    await expect(page.locator("#link")).to_be_visible()


async def makes_a_token(page: Page) -> None:
    await page.fill("[name=name]", WORD[:60])
    await page.fill("[name=networks]", "2001:db8:1234:5678::/64 203.0.113.0/24")
    await page.click("form[action*=tokens] [type=submit]")
    await expect(page.locator("#token")).to_be_visible()


async def makes_an_address(page: Page) -> None:
    await page.fill("#posted-address", f"{WORD[:40]}@shop.example")
    await page.click("form[aria-labelledby=posted-title] [type=submit]")
    await expect(page.locator("#secret")).to_be_visible()


async def opens_a_token(page: Page) -> None:
    await page.click(".people a[href*='/settings/tokens/']")
    await expect(page.locator("#log")).to_be_visible()


async def asks_whom_to_block(page: Page) -> None:
    await ticks(page)
    await page.locator(".bulk details").evaluate_all(
        "(all) => all.forEach((one) => one.open = true)"
    )
    await page.click(".bulk button[value=block]")
    await expect(page.locator("form.export .danger")).to_be_visible()


async def ticks(page: Page) -> None:
    """Two messages."""
    for number in range(2):
        await page.locator("[data-row] input[type=checkbox]").nth(number).check()


POST = """([action, values]) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  for (const [name, value] of Object.entries(values)) {
    const input = document.createElement("input");
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}"""


def sends_any_form(**values: str) -> Do:
    """As a form of the shop's own page."""

    async def do(page: Page) -> None:
        action = urlsplit(page.url).path.replace("/w/", "/f/")
        async with page.expect_navigation():
            await page.evaluate(POST, [action, values])

    return do


async def follows_its_receipt(page: Page) -> None:
    await sends_any_form(message="还有货吗", phone="13800138000")(page)
    await page.click("main a[href*='/m/']")


def follows_to(part: str) -> Do:
    """A page of what is theirs to do with it."""

    async def do(page: Page) -> None:
        await follows_its_receipt(page)
        await page.click(f"main a[href*='/{part}?']")

    return do


async def erases(page: Page) -> None:
    await follows_to("erase")(page)
    async with page.expect_navigation():
        await page.click("main form[action*='/erase'] button")


class Desk:
    """A shop where every kind of thing has happened."""

    def __init__(self, product: Product, fakes: FakeVendors) -> None:
        self.product, self.fakes = product, fakes
        self.messages: dict[str, str] = {}
        self.channels: dict[str, str] = {}
        self.rule = self.field = self.delivery = self.member = self.invitation = ""
        self.mail, self.taps = "", list[str]()

    async def furnish(self) -> None:
        self._channels()
        self._form()
        self._rules()
        self._messages()
        self._settings()
        await self._people()
        await self._told()

    def _channels(self) -> None:
        self.product.notify(
            {
                "type": "wecom",
                "name": "企业微信 · 销售群",
                "webhook_url": self.fakes.add_bot("wecom", self.product.slug),
            },
            {
                "type": "dingtalk",
                "name": f"钉钉 {WORD}"[:60],
                "webhook_url": self.fakes.add_bot("dingtalk", self.product.slug, state="removed"),
            },
            {
                "type": "custom",
                "name": "CRM",
                "webhook_url": self.fakes.add_hook(self.product.slug),
            },
            {
                "type": "email",
                "name": "support@",
                "smtp_config": {
                    "host": "127.0.0.1",
                    "port": 9,
                    "secure": False,
                    "allow_plaintext": True,
                },
                "from": "desk@shop.example",
                "to": ["team@shop.example"],
            },
        )
        for each in self.product.api("GET", "/config").json()["notifications"]:
            self.channels[each["type"]] = each["uid"]

    def _form(self) -> None:
        self.field = self.product.add_field("select", in_row="on")
        self.product.publish()
        self.product.add_field("text", hint_zh="为了更快答复您", hint_en="To be faster")

    def _rules(self) -> None:
        rule = {
            "name": "价格",
            "when": {"words": ["价格", "报价"]},
            "then": {"category": "产品咨询", "priority": "high", "tags": ["价格"]},
        }
        answer = self.product.api("PUT", "/rules", json={"rules": [rule]})
        assert answer.status_code == 200, answer.text
        self.rule = answer.json()["rules"][0]["uid"]

    def _messages(self) -> None:
        for name, visitor, content in (
            ("plain", {"name": "张三", "phone": "13800138000"}, PLAIN),
            ("handled", {"name": "李四", "email": "lisi@shop.example"}, "订单三天了还没有发货"),
            ("spam", {"phone": "13900139000"}, "刷单兼职"),
            ("trash", {"phone": "13900139001"}, "不要了"),
            ("later", {"phone": "13900139002"}, "国庆以后再联系我"),
            ("long", {"name": WORD[:64], "email": f"{WORD[:40]}@shop.example"}, LONG + WORD),
            ("priced", {"name": "王五", "phone": "13800138000"}, "报价发我一份"),
        ):
            said = {"visitor": visitor, "message": {"content": content}}
            answer = self.product.api("POST", "/messages", json={"org": self.product.slug, **said})
            assert answer.status_code == 201, answer.text
            self.messages[name] = answer.json()["uid"]
        self._act("handled", "remark", note="已回电，周三再打", visible="no")
        self._act("handled", "remark", text="三天内发货。", visible="yes")
        self._act("handled", "handle", outcome="phone", note="约好周三")
        self._act("spam", "spam")
        self._act("trash", "trash")
        self._act("later", "snooze", snooze="tomorrow")
        self._act("long", "claim")
        self._act("long", "tag", tag="加急")

    def _act(self, message: str, verb: str, **form: str) -> None:
        self.product.post(f"/inbox/{self.messages[message]}/{verb}", **form)

    def _settings(self) -> None:
        names = {"name": f"飞书 {WORD}"[:40], "client_id": "cli_1", "secret": "s3cret"}
        self.product.post(f"{PROVIDERS}/new/feishu", **names)
        self.product.post("/settings/phrases", title="价格", text="{name}您好，报价已发您。")
        self.product.post("/inbox/views?category=产品咨询", name="价格咨询", shared="yes")
        self.product.post("/settings/hours/day", day="2027-02-05", kind="holiday", name="春节")

    async def _people(self) -> None:
        """A colleague with a message, and somebody who is invited."""
        await self.product.colleague("韩梅梅")
        people = Answered(self.product.get(MEMBERS)).links()
        self.member = [each for each in people if UID.search(each) and MEMBERS in each][-1]
        uid = self.member.rpartition("/")[2]
        self._act("priced", "assign", assignee=uid)
        said = self.product.post(f"{MEMBERS}/invite", role="viewer", email=f"{WORD[:60]}@a.example")
        [link] = Answered(said).attributes("input", id="link")
        self.invitation = urlsplit(link["value"]).path

    async def _told(self) -> None:
        """Until the channel that was removed has told so: what it was given has failed."""
        until = time.monotonic() + SECONDS
        while not (failed := self._failed()):
            assert time.monotonic() < until
            await asyncio.sleep(0.2)
        self.delivery = failed[0]
        told = await self.fakes.arrived(1, "wecom", self.product.slug)
        texts = [each.parsed["markdown"]["content"] for each in told]
        # Of one that nobody has done anything with.
        self.taps = TAP.findall(next(each for each in texts if PLAIN in each))
        raw = f"From: {WORD} <w@shop.example>\r\nSubject: {WORD}\r\n\r\n{LONG}\r\n"
        headers = {"Content-Type": "message/rfc822"}
        answer = self.product.api("POST", "/mail/inbound", content=raw.encode(), headers=headers)
        assert answer.status_code == 201, answer.text
        self.mail = answer.json()["uid"]

    def _failed(self) -> list[str]:
        items = self.product.api("GET", "/deliveries").json()["items"]
        return [each["uid"] for each in items if each["state"] == "failed"]

    def stops(self) -> list[Stop]:
        full = [Stop(f"{name}-full", path) for name, path in self.pages().items()]
        return [*full, *self._opened(), *self._answers(), *self._tapped(), *VISITOR]

    def pages(self) -> dict[str, str]:
        return {
            **{f"message-{name}": f"/inbox/{uid}" for name, uid in self.messages.items()},
            "message-why": f"/inbox/{self.messages['priced']}/why",
            "list": "/inbox",
            "list-all": "/inbox?status=all",
            "list-filtered": "/inbox?status=all&q=发货&category=产品咨询",
            "list-nothing-found": "/inbox?q=没有这样的话",
            "deliveries": "/deliveries",
            "deliveries-failed": "/deliveries?status=failed",
            "delivery": f"/deliveries/{self.delivery}",
            "delivery-again": f"/deliveries/{self.delivery}/again",
            "channel-to-remove": f"/settings/channels/{self.channels['wecom']}/remove",
            **{f"channel-{kind}": f"/settings/channels/{i}" for kind, i in self.channels.items()},
            "form-field": f"/settings/form/fields/{self.field}",
            "rule": f"/settings/rules/{self.rule}",
            "member": self.member,
            "member-identities": f"{self.member}/identities",
            "mail": f"/mail/{self.mail}",
            **PLACES,
        }

    def _opened(self) -> list[Stop]:
        """What is folded away at first."""
        message = f"/inbox/{self.messages['long']}"
        return [
            Stop("views-opened", "/inbox", opens(".views")),
            Stop("filters-opened", "/inbox?priority=high", opens(".filters")),
            Stop("message-opened", message, opens("#detail details")),
            Stop("selected", "/inbox?status=all", ticks),
            Stop("block-many", "/inbox?status=all", asks_whom_to_block),
        ]

    def _tapped(self) -> list[Stop]:
        """What the links in a notice open."""
        names = ("claim", "handle", "reply", "spam")
        pages = zip(names, self.taps, strict=True)
        claim, _, reply, _ = self.taps
        return [
            *(Stop(f"tap-{name}", path, signed_in=False) for name, path in pages),
            Stop("tap-claim-fault", claim, submits("form", name="nobody"), False),
            Stop("tap-reply-fault", reply, submits("form", name="", text=""), False),
        ]

    def _answers(self) -> list[Stop]:
        """What the pages say to what cannot be taken."""
        message, settings = f"/inbox/{self.messages['plain']}", "/settings"
        field = submits(".field-form", **{"label_zh-CN": "", "label_en": ""})
        widget = submits("#look", chat_link="nowhere", email="nobody")
        template = submits("form.desk-of-two", text="{{ nobody }}")
        provider = submits("form[action$=openid]", name="")
        return [
            Stop("remark-fault", message, submits(".note-side", note="长" * 5001)),
            Stop("tag-fault", message, submits("form.add-tag", tag="长" * 90)),
            Stop("channel-fault", f"{settings}/channels/new?kind=wecom", submits("#channel")),
            Stop("rule-fault", f"{settings}/rules/new", submits("form[action*=rules]")),
            Stop("field-fault", f"{settings}/form/fields/{self.field}", field),
            Stop("week-fault", f"{settings}/hours", submits("#week", timezone="nowhere")),
            Stop("template-fault", f"{settings}/templates/wecom", template),
            Stop("widget-fault", f"{settings}/widget", widget),
            Stop("invitation", MEMBERS, invites),
            Stop("invitation-fault", MEMBERS, submits("#invite", email="nobody")),
            Stop("owner-fault", self.member, submits("[action$=owner]", current="wrong")),
            Stop("token-made", f"{settings}/tokens/new", makes_a_token),
            Stop("token", f"{settings}/tokens", opens_a_token),
            Stop("mailbox-made", f"{settings}/mail", makes_an_address),
            Stop("token-fault", f"{settings}/tokens/new", submits("form[action*=tokens]", name="")),
            Stop("system-fault", f"{settings}/system", submits("#due form", secret_days="")),
            Stop("join", self.invitation, signed_in=False),
            Stop("join-fault", self.invitation, submits("form", password="short"), False),
            Stop("provider-fault", f"{PROVIDERS}/new/openid", provider),
            Stop("organization-fault", f"{settings}/organization", submits(".page form", name="")),
            Stop("account-fault", "/account", submits(".page form", name="")),
        ]


PLACES = {
    "overview": "/overview",
    "overview-quarter": "/overview?range=90",
    "deliveries-replay": "/deliveries/replay",
    "first-steps": "/start",
    "channels": "/settings/channels",
    "channel-kinds": "/settings/channels/new",
    "channel-new": "/settings/channels/new?kind=email",
    "form": "/settings/form",
    "widget": "/settings/widget",
    "brands": "/settings/brands",
    "hours": "/settings/hours",
    "reply-mail": "/settings/reply-mail",
    "targets": "/settings/targets",
    "privacy": "/settings/privacy",
    "privacy-documents": "/settings/privacy/documents",
    "rota": "/settings/rota",
    "events": "/settings/events",
    "events-new": "/settings/channels/new?kind=events",
    "settings": "/settings",
    "setting-search": "/settings/search?q=%E8%8A%82%E5%81%87%E6%97%A5",
    "reports": "/settings/reports",
    "mailboxes": "/settings/mail",
    "mails": "/mail",
    "rules": "/settings/rules",
    "rule-new": "/settings/rules/new",
    "templates": "/settings/templates",
    "template": "/settings/templates/wecom",
    "told": "/settings/told",
    "outcomes": "/settings/outcomes",
    "phrases": "/settings/phrases",
    "account": "/account",
    "factors": "/account/factors",
    "own-email": "/account/email",
    "own-hours": "/account/hours",
    "organizations": "/organizations",
    "organization": "/settings/organization",
    "members": "/settings/members",
    "sign-in": "/settings/sign-in",
    "providers": PROVIDERS,
    "provider-openid": f"{PROVIDERS}/new/openid",
    "provider-wecom": f"{PROVIDERS}/new/wecom",
    "tokens": "/settings/tokens",
    "system": "/settings/system",
    "token-new": "/settings/tokens/new",
    "audit": "/settings/audit",
    "history": "/settings/history/channels",
    "blocks": "/settings/blocks",
    "views": "/inbox/views?status=all&category=产品咨询",
    "export": "/inbox/export?status=all",
    "nowhere": "/settings/nowhere",
    "no-message": "/inbox/nobody",
}
"""Pages that are there without anything having happened."""
EMPTY = [Stop(f"{name}-empty", path) for name, path in {"list": "/inbox", **PLACES}.items()]
VISITOR = [
    Stop("link-over", "/join/nobody", signed_in=False),
    Stop("login", "/login", signed_in=False),
    Stop("login-providers", "/login?org={slug}", signed_in=False),
    Stop("login-fault", "/login", submits("form", email="a@b.example", password="wrong"), False),
    Stop("forgot", "/password", signed_in=False),
    Stop("form-visitor", FORM, signed_in=False),
    Stop("form-visitor-fault", FORM, submits("form"), False),
    Stop("tap-over", "/t/nothing", signed_in=False),
    Stop("any-form-fault", FORM, sends_any_form(message="x", email="nobody"), False),
    Stop("receipt", FORM, sends_any_form(message="什么时候发货？", name=WORD[:60]), False),
    Stop("status", FORM, follows_its_receipt, False),
    Stop("status-contact", FORM, follows_to("contact"), False),
    Stop("status-erase", FORM, follows_to("erase"), False),
    Stop("status-erased", FORM, erases, False),
]


class Look(NamedTuple):
    width: int
    colours: Literal["light", "dark"]


HEIGHTS = {320: 568, 390: 844, 768: 1024, 1280: 800, 1920: 1080}
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SHAPE = """() => ({ h1: document.querySelectorAll("h1").length, title: document.title !== "",
  lang: document.documentElement.lang, unsaved: document.querySelectorAll("[data-unsaved]").length,
  past: document.querySelector("a[href='#main']") !== null })"""


async def reach(page: Page, product: Product, stop: Stop) -> None:
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.goto(product.path(stop.path))
    if stop.do:
        await stop.do(page)


async def look_at(page: Page, look: Look) -> list[str]:
    """What axe finds on the page as it is now, seen so."""
    await page.set_viewport_size({"width": look.width, "height": HEIGHTS[look.width]})
    await page.emulate_media(color_scheme=look.colours)
    return [f"{look.width} {look.colours}: {each}" for each in await flaws(page)]


async def too_wide(page: Page) -> list[str]:
    """On screens of every width."""
    found = []
    for width, height in HEIGHTS.items():
        await page.set_viewport_size({"width": width, "height": height})
        if await page.evaluate(SCROLLS):
            found.append(f"{width}: scrolls sideways")
    return found


async def faults_of(
    page: Page, product: Product, stop: Stop, looks: Iterable[Look], lang: str
) -> list[str]:
    await reach(page, product, stop)
    shape = await page.evaluate(SHAPE)
    right = {"h1": 1, "title": True, "lang": lang, "past": stop.signed_in}
    right["unsaved"] = shape["unsaved"] if stop.do else 0
    found = [] if shape == right else [str(shape)]
    found += await too_wide(page)
    for look in looks:
        found += await look_at(page, look)
    return found
