"""The Feishu and Lark custom robot.

https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import re
import time
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import SplitResult

import msgspec

from app.channels import addresses, dialects, fields
from app.channels.answers import acceptance
from app.channels.feishu import card
from app.channels.feishu.answers import ONLY_ADMINS_MENTION_ALL, TABLE
from app.channels.handles import Handles, with_more
from app.channels.outcomes import Table
from app.channels.robots import KEY, Robot, take_secret, wrong
from app.channels.sender import Acceptance, Parcel, plain_text
from app.channels.wire import post
from app.channels.wording import Draft, Style, compose, link_label, link_of, taps_of
from app.channels.written import Written, posted
from app.egress.way import Egress
from app.errors import Problem, SendError

HOSTS = ("open.feishu.cn", "open.larksuite.com")
PATH = "/open-apis/bot/v2/hook/"
OLD_PATH = "/open-apis/bot/hook/"
EXAMPLE = f"https://{HOSTS[0]}{PATH}…"

SIGN_SECRET = re.compile(
    r"(?:签名校验|签名|密钥|secret)\W{0,3}([A-Za-z0-9]{16,64})(?![0-9A-Za-z-])", re.IGNORECASE
)

Form = Literal["card", "markdown", "post", "text"]

BODY_LIMIT = 19_500
"""Bytes. The guide says 20 KB, an error text 30; the signature needs some of the rest."""

STYLES: dict[str, Style] = {
    # The rich forms carry the link separately.
    "card": Style(titled=True, link=""),
    "markdown": Style(escape=dialects.lark_markdown, titled=True, link="", tap="[{label}]({url})"),
    "post": Style(titled=True, link=""),
    "text": Style(escape=dialects.no_tags),
}

DROPPED_ALL = "In this group only admins may mention everybody, so the notice went out without it."


class Feishu(Robot, tag="feishu"):
    kind: ClassVar[str] = "feishu"
    label: ClassVar[str] = "Feishu or Lark group robot"
    purpose: ClassVar[str] = "Into a Feishu or Lark group"
    # The platform allows 100 a minute and 5 a second.
    limit_per_minute: ClassVar[int | None] = 90
    spacing: ClassVar[float] = 0.25  # five in a second are too many
    deadline: ClassVar[float] = 10.0
    secret_fields: ClassVar[tuple[tuple[str, ...], ...]] = (("webhook_url",), ("secret",))
    steps: ClassVar[tuple[str, ...]] = (
        "Open the group in Feishu or Lark, then Settings and Bots.",
        "Add a Custom bot and copy its Webhook address.",
        "If you switch signature verification on, copy the key too.",
    )
    example: ClassVar[str] = EXAMPLE
    hosts: ClassVar[tuple[str, ...]] = HOSTS
    path: ClassVar[str] = PATH
    # A WeCom key looks the same and is pasted alone far more often.
    secret_in_words: ClassVar[re.Pattern[str] | None] = SIGN_SECRET
    table: ClassVar[Table] = TABLE

    secret: fields.SignSecret = ""
    keywords: fields.Keywords = []
    format: Annotated[
        Literal["auto", "card", "markdown", "post", "text"],
        fields.asked(
            "Format",
            "Automatic is a card. Choose Markdown when your template is written in it.",
            further=True,
            choices={
                "auto": "Automatic",
                "card": "Card",
                "markdown": "Markdown",
                "post": "Rich text",
                "text": "Plain text",
            },
        ),
    ] = "auto"
    mention_all: fields.Everybody = False
    mention_users: fields.OpenIds = []

    def __post_init__(self) -> None:
        secret = addresses.bare(self.secret).removeprefix("secret=")
        self.webhook_url, self.secret = take_secret(self.normal(self.webhook_url), secret)

    def secrets(self) -> list[str]:
        return [*super().secrets(), self.secret]

    def default_template(self, locale: str) -> str:
        return plain_text(locale) if self.format == "text" else self.own_text(locale)

    def preview(self, parcel: Parcel) -> str:
        form = self._form(parcel)
        draft = self._draft(parcel, form)
        if form == "text":
            return draft.body
        body = html.unescape(draft.body) if form == "markdown" else draft.body
        return f"{draft.title}\n\n{body}"

    def markdown(self, parcel: Parcel) -> tuple[str, str] | None:
        if (form := self._form(parcel)) != "markdown":
            return None
        draft = self._draft(parcel, form)
        return draft.title, draft.body

    def size(self, parcel: Parcel) -> tuple[int, int | None]:
        return len(self.body(parcel)), BODY_LIMIT

    async def send(self, parcel: Parcel, egress: Egress) -> Acceptance:
        until = time.monotonic() + self.deadline
        try:
            return await self._try(parcel, egress, until)
        except SendError as error:
            if error.code != str(ONLY_ADMINS_MENTION_ALL) or not self.mention_all:
                raise
        quiet = msgspec.structs.replace(self, mention_all=False)
        taken = await quiet._try(parcel, egress, until)
        return msgspec.structs.replace(taken, warning=DROPPED_ALL)

    async def _try(self, parcel: Parcel, egress: Egress, until: float) -> Acceptance:
        written = self.written(parcel)
        answer = await post(
            egress,
            written.url,
            written.content,
            deadline=until - time.monotonic(),
            hosts=HOSTS,
        )
        return acceptance(answer, TABLE, parcel, self.secrets(), empty=self.empty())

    def written(self, parcel: Parcel) -> Written:
        message = self.message(parcel) | signature(self.secret, round(time.time()))
        return posted(self.webhook_url, msgspec.json.encode(message))

    def message(self, parcel: Parcel) -> dict[str, Any]:
        form, calling = self._form(parcel), self._calling(parcel.called)
        return calling._message(parcel, calling._draft(parcel, form), form)

    def mentions(self, who: Handles) -> bool:
        return bool(who.feishu)

    def _calling(self, called: Sequence[Handles]) -> Self:
        """Mentions these people, too. Feishu knows them by open_id only."""
        users = [each.feishu for each in called if each.feishu]
        return msgspec.structs.replace(self, mention_users=with_more(self.mention_users, users))

    def _draft(self, parcel: Parcel, form: Form) -> Draft:
        own = plain_text(parcel.locale) if form == "text" else self.own_text(parcel.locale)
        draft = compose(parcel, STYLES[form], own, lambda d: self._fits(parcel, d, form))
        return self._keyworded(draft)

    def _form(self, parcel: Parcel) -> Form:
        if parcel.fallback:
            return "text"
        if self.format != "auto":
            return self.format
        # The plain card has no links within its text.
        acts = parcel.kind == "digest" and any(each.taps for each in parcel.notices)
        return "markdown" if acts else "card"

    def _fits(self, parcel: Parcel, draft: Draft, form: Form) -> bool:
        message = self._message(parcel, self._keyworded(draft), form)
        return len(msgspec.json.encode(message)) <= BODY_LIMIT

    def _keyworded(self, draft: Draft) -> Draft:
        """Adds the keyword to title and text: which one the robot checks is not documented."""
        return Draft(
            fields.with_keyword(draft.title, self.keywords, " "),
            fields.with_keyword(draft.body, self.keywords),
        )

    def _message(self, parcel: Parcel, draft: Draft, form: Form) -> dict[str, Any]:
        link = link_of(parcel)
        links = [(link_label(parcel), link)] if link else []
        links += [(each.label, each.url) for each in taps_of(parcel)]
        if form == "text":
            return {"msg_type": "text", "content": {"text": self._said(draft)}}
        if form == "post":
            content = card.post(draft, self._people(), links)
            return {"msg_type": "post", "content": {"post": content}}
        made = card.card(draft, self._people(), links, markdown=form == "markdown")
        return {"msg_type": "interactive", "card": made}

    def _people(self) -> list[str]:
        return [*self.mention_users, *(["all"] if self.mention_all else [])]

    def _said(self, draft: Draft) -> str:
        tags = "".join(f'<at user_id="{who}"></at>' for who in self._people())
        return f"{draft.body}\n{tags}" if tags else draft.body

    def token(self) -> str:
        parts = addresses.split(self.webhook_url)
        return addresses.last_segment(parts) if parts else ""

    def address_faults(self, parts: SplitResult) -> Iterator[Problem]:
        if OLD_PATH in parts.path:
            yield wrong(
                "old_robot",
                "This is a robot of the first generation, which reads another format. "
                "Add a custom robot and copy its address, which looks like {example}.",
                EXAMPLE,
            )
        elif not KEY.fullmatch(parts.path.partition(PATH)[2]):
            yield wrong(
                "not_a_robot",
                "The address of a Feishu group robot looks like {example}. "
                "For the address of a workflow choose the custom webhook.",
                EXAMPLE,
            )

    @staticmethod
    def normal(pasted: str) -> str:
        """The robot's address, also where only its last part was pasted. Lark's host is kept."""
        pasted = addresses.bare(pasted.replace("&amp;", "&"))
        if pasted.count(PATH) > 1:
            pasted = pasted[pasted.rfind("http") :]
        if addresses.UUID.fullmatch(pasted):
            return f"https://{HOSTS[0]}{PATH}{pasted}"
        parts = addresses.split(pasted)
        if parts is None or PATH not in parts.path:
            return pasted
        path = parts.path.rstrip("/")
        return addresses.rebuilt(parts, hosts=HOSTS, path=path, query=addresses.pairs(parts))


def signature(secret: str, seconds: int) -> dict[str, str]:
    """What one try adds to the body; empty without a secret. Feishu signs an empty message with the
    secret in the key."""
    if not secret:
        return {}
    key = f"{seconds}\n{secret}".encode()
    digest = hmac.new(key, b"", hashlib.sha256).digest()
    return {"timestamp": str(seconds), "sign": base64.b64encode(digest).decode()}
