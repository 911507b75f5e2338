"""The DingTalk custom robot. https://open.dingtalk.com/document/robots/custom-robot-access"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import SplitResult, quote

import msgspec

from app.channels import addresses, dialects, fields
from app.channels.answers import acceptance
from app.channels.dingtalk.answers import TABLE, shut_out, too_fast
from app.channels.handles import Handles, with_more
from app.channels.outcomes import Table
from app.channels.robots import Robot, take_secret, wrong
from app.channels.sender import Acceptance, Parcel, plain_text
from app.channels.wire import post
from app.channels.wording import Draft, Style, compose, link_label, link_of
from app.channels.written import Written, posted
from app.egress.way import Egress
from app.errors import Problem

HOSTS = ("oapi.dingtalk.com", "oapi.dingtalk.io")
"""The second is that of DingTalk outside of China, says help.dingtalk.io."""
PATH = "/robot/send"
EXAMPLE = f"https://{HOSTS[0]}{PATH}?access_token=…"
TOKEN = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
SIGN_SECRET = re.compile(r"(?<![0-9A-Za-z])(SEC[0-9a-f]{64})(?![0-9A-Za-z])")
BEGINNING = "SEC"
"""A signing secret begins so, says the platform's documentation."""
SPENT = ("timestamp", "sign")
"""Parameters of an old signature in a copied address; every try makes its own."""

Form = Literal["text", "markdown", "actionCard"]

BODY_LIMIT = 20_000
"""Bytes of the whole request."""
_MARKDOWN = Style(escape=dialects.markdown, heading="#### {}", item="> {}", link="[{label}]({url})")
STYLES: dict[str, Style] = {
    "text": Style(escape=dialects.no_acting_links),
    "markdown": _MARKDOWN,
    "actionCard": _MARKDOWN,
}


class DingTalk(Robot, tag="dingtalk"):
    kind: ClassVar[str] = "dingtalk"
    label: ClassVar[str] = "DingTalk group robot"
    purpose: ClassVar[str] = "Into a DingTalk group"
    # The platform allows 20, and going over it costs ten minutes.
    limit_per_minute: ClassVar[int | None] = 18
    deadline: ClassVar[float] = 10.0
    secret_fields: ClassVar[tuple[tuple[str, ...], ...]] = (("webhook_url",), ("secret",))
    steps: ClassVar[tuple[str, ...]] = (
        "Open the group in DingTalk, then Group settings and Robots.",
        "Add a robot of the type Custom.",
        "Choose one security setting: signing (copy the SEC… secret) is the safest.",
        "Copy the Webhook address and paste it here, and the secret below it.",
    )
    example: ClassVar[str] = EXAMPLE
    hosts: ClassVar[tuple[str, ...]] = HOSTS
    other_hosts: ClassVar[tuple[str, ...]] = ("api.dingtalk.com", "api.dingtalk.io")
    path: ClassVar[str] = PATH
    key_name: ClassVar[str] = "access_token"
    key: ClassVar[re.Pattern[str]] = TOKEN
    secret_in_words: ClassVar[re.Pattern[str] | None] = SIGN_SECRET
    alone: ClassVar[tuple[Literal["key", "secret"], ...]] = ("key", "secret")
    table: ClassVar[Table] = TABLE

    secret: fields.SignSecret = ""
    keywords: fields.Keywords = []
    format: Annotated[
        Literal["auto", "text", "markdown", "action_card"],
        fields.asked(
            "Format",
            "Automatic is Markdown. A card has a button.",
            further=True,
            choices={
                "auto": "Automatic",
                "markdown": "Markdown",
                "text": "Plain text",
                "action_card": "Card",
            },
        ),
    ] = "auto"
    mention_all: fields.Everybody = False
    mention_mobiles: fields.Mobiles = []
    mention_users: fields.UserIds = []

    def __post_init__(self) -> None:
        secret = addresses.bare(self.secret).removeprefix("secret=")
        self.webhook_url, self.secret = take_secret(self.normal(self.webhook_url), secret)

    def faults(self, egress: Egress) -> Iterator[Problem]:
        yield from super().faults(egress)
        parts = addresses.split(self.webhook_url)
        # A private DingTalk may make them otherwise.
        theirs = parts is not None and parts.hostname in HOSTS
        if self.secret and theirs and not self.secret.startswith(BEGINNING):
            yield Problem(
                "/secret",
                "not_a_secret",
                "DingTalk's signing secrets begin with SEC. Copy it from the robot's security "
                "settings, or leave it empty if signing is off there.",
            )

    def secrets(self) -> list[str]:
        return [*super().secrets(), self.secret]

    def default_template(self, locale: str) -> str:
        return plain_text(locale) if self.format == "text" else self.own_text(locale)

    def preview(self, parcel: Parcel) -> str:
        message = self.message(parcel)
        inner: dict[str, str] = message[message["msgtype"]]
        return inner.get("content") or inner["text"].replace("  \n", "\n")

    def markdown(self, parcel: Parcel) -> tuple[str, str] | None:
        message = self.message(parcel)
        # The title shows only in the list of chats.
        return ("", said) if (said := message[message["msgtype"]].get("text")) else None

    def size(self, parcel: Parcel) -> tuple[int, int | None]:
        return len(self.body(parcel)), BODY_LIMIT

    async def send(self, parcel: Parcel, egress: Egress) -> Acceptance:
        written = self.written(parcel)
        answer = await post(
            egress, written.url, written.content, deadline=self.deadline, hosts=HOSTS
        )
        if shut_out(answer):
            raise too_fast(answer, self.secrets())
        return acceptance(answer, TABLE, parcel, self.secrets(), empty=self.empty())

    def written(self, parcel: Parcel) -> Written:
        url = signed(self.webhook_url, self.secret, round(time.time() * 1000))
        return posted(url, self.body(parcel))

    def message(self, parcel: Parcel) -> dict[str, Any]:
        return self._calling(parcel.called)._written(parcel)

    def mentions(self, who: Handles) -> bool:
        return bool(who.dingtalk or who.mobile)

    def _calling(self, called: Sequence[Handles]) -> Self:
        """Mentions these people, too: by user id, else by phone number."""
        users = [each.dingtalk for each in called if each.dingtalk]
        mobiles = [each.mobile for each in called if each.mobile and not each.dingtalk]
        return msgspec.structs.replace(
            self,
            mention_users=with_more(self.mention_users, users),
            mention_mobiles=with_more(self.mention_mobiles, mobiles),
        )

    def _written(self, parcel: Parcel) -> dict[str, Any]:
        form = self._form(parcel)
        own = plain_text(parcel.locale) if form == "text" else self.own_text(parcel.locale)
        draft = compose(parcel, STYLES[form], own, lambda d: self._fits(parcel, d, form))
        return self._message(parcel, draft, form)

    def _form(self, parcel: Parcel) -> Form:
        if parcel.fallback or self.format == "text":
            return "text"
        button = self.format == "action_card" and link_of(parcel)
        return "actionCard" if button else "markdown"

    def _fits(self, parcel: Parcel, draft: Draft, form: Form) -> bool:
        return len(msgspec.json.encode(self._message(parcel, draft, form))) <= BODY_LIMIT

    def _message(self, parcel: Parcel, draft: Draft, form: Form) -> dict[str, Any]:
        at = {
            "atMobiles": self.mention_mobiles,
            "atUserIds": self.mention_users,
            "isAtAll": self.mention_all,
        }
        content = self._content(parcel, draft, form)
        # The id lets the platform recognise a repeat after a lost answer, where it supports that.
        return {"msgtype": form, form: content, "at": at, "msgUuid": parcel.id}

    def _content(self, parcel: Parcel, draft: Draft, form: Form) -> dict[str, str]:
        body = fields.with_keyword(draft.body, self.keywords)
        if form == "text":
            return {"content": body}
        # People in `at` are only notified when the text names them too.
        named = " ".join(f"@{who}" for who in [*self.mention_mobiles, *self.mention_users])
        body = f"{body}\n\n{named}" if named else body
        title = fields.with_keyword(draft.title, self.keywords, " ")
        content = {"title": title, "text": broken(body)}
        if form == "actionCard":
            content |= {"singleTitle": link_label(parcel), "singleURL": link_of(parcel)}
        return content

    def token(self) -> str:
        parts = addresses.split(self.webhook_url)
        return addresses.query(parts).get("access_token", "") if parts else ""

    def address_faults(self, parts: SplitResult) -> Iterator[Problem]:
        if parts.path.endswith("/robot/sendBySession"):
            yield wrong(
                "short_lived",
                "This address answers one chat message and expires. Add a custom robot to the "
                "group and copy its address, which looks like {example}.",
                EXAMPLE,
            )
        elif "/robot/groupMessages/" in parts.path:
            yield wrong(
                "application_interface",
                "This is the address of an application, not of a group robot. "
                "Add a robot to the group and copy its address, which looks like {example}.",
                EXAMPLE,
            )
        elif not parts.path.endswith(PATH) or not self.token():
            yield wrong(
                "not_a_robot",
                "The address of a DingTalk group robot looks like {example}.",
                EXAMPLE,
            )

    @staticmethod
    def normal(pasted: str) -> str:
        """The robot's address, whichever part of it was pasted, without an old signature."""
        pasted = addresses.innermost(pasted, "access_token")
        if TOKEN.fullmatch(pasted):
            return f"https://{HOSTS[0]}{PATH}?access_token={pasted}"
        parts = addresses.split(pasted)
        if parts is None or not addresses.query(parts).get("access_token"):
            return pasted
        path = parts.path.rstrip("/")
        if not path.endswith(PATH):
            return pasted
        kept = [pair for pair in addresses.pairs(parts) if pair[0] not in SPENT]
        return addresses.rebuilt(parts, hosts=HOSTS, path=path, query=kept)


def signed(url: str, secret: str, milliseconds: int) -> str:
    """The address for one try: the platform refuses a signature that is an hour old."""
    if not secret:
        return url
    said = f"{milliseconds}\n{secret}".encode()
    digest = hmac.new(secret.encode(), said, hashlib.sha256).digest()
    sign = quote(base64.b64encode(digest), safe="")
    return f"{url}&timestamp={milliseconds}&sign={sign}"


def broken(text: str) -> str:
    """With hard line breaks: DingTalk's Markdown joins lines unless the first ends with two
    spaces."""
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", "  \n", text)
