"""WeCom app messages, which also reach WeChat.
https://developer.work.weixin.qq.com/document/path/90236

The access token is shared by all processes, see `app.channels.lent`; only an answer of WeCom's
ends it before its time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from app import text
from app.channels import addresses, dialects, fields, foreign, lent
from app.channels.answers import acceptance, as_code, unreadable
from app.channels.handles import Handles, with_more
from app.channels.outcomes import Table
from app.channels.secrecy import tidy
from app.channels.sender import OF_ONE, Acceptance, Parcel, Sender, plain_text, url_faults
from app.channels.wecom import WeCom
from app.channels.wecom_app import answers
from app.channels.wecom_app.answers import RECALL_TABLE, TABLE, TOKEN_TABLE
from app.channels.wire import request
from app.channels.wording import Draft, Style, compose, link_label, link_of, taps_of
from app.channels.written import JSON_TYPE
from app.egress.way import Answer, Egress
from app.errors import Problem, SendError

HOST = "qyapi.weixin.qq.com"
HOSTS = (HOST,)
SERVER = f"https://{HOST}"
TOKEN = "/cgi-bin/gettoken"  # noqa: S105 - an address
SEND = "/cgi-bin/message/send"
RECALL = "/cgi-bin/message/recall"
AGENT = "/cgi-bin/agent/get"

ALL = "@all"
USERS, PARTIES = 1000, 100
"""The most of each in one message."""
LIMIT = 2048
"""Bytes of plain text and of Markdown; what is longer is cut by WeCom, links included."""
CARD_TITLE, CARD_TEXT = 128, 512
"""Characters; WeCom cuts what is longer."""
BUTTON = 4
"""Characters of a card's button."""
TOKEN_SECONDS = 7200
"""How long a token holds where the answer does not say."""

Form = Literal["text", "markdown", "textcard"]
STYLES: dict[str, Style] = {
    "text": Style(escape=dialects.no_tags, link='<a href="{url}">{label}</a>'),
    "markdown": Style(
        escape=dialects.markdown, heading="**{}**", item="> {}", link="[{label}]({url})"
    ),
    "textcard": Style(escape=dialects.no_tags, link=""),
}
CORPID = re.compile(r"(?<![0-9A-Za-z])w[wx][0-9a-f]{16}(?![0-9A-Za-z])")
APP_SECRET = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{43}(?![\w-])", re.ASCII)
APP_ID = re.compile(r"(?<![\w-])1\d{6}(?![\w-])", re.ASCII)
WRITTEN_ID = re.compile(r"[A-Za-z0-9_-]{4,64}", re.ASCII)


class WeComApp(Sender, tag="wecom_app"):
    kind: ClassVar[str] = "wecom_app"
    label: ClassVar[str] = "WeCom app"
    purpose: ClassVar[str] = "To people in WeCom, who get it in WeChat, too"
    accepted: ClassVar[str] = "WeCom accepted it. Do you see it in the app's chat?"
    # WeCom drops silently what one member would get beyond 30 a minute or 1000 an hour of one app.
    limit_per_minute: ClassVar[int | None] = 15
    deadline: ClassVar[float] = 20.0
    secret_fields: ClassVar[tuple[tuple[str, ...], ...]] = (("secret",),)
    shaping: ClassVar[tuple[str, ...]] = ("format",)
    steps: ClassVar[tuple[str, ...]] = (
        "In WeCom's admin console (work.weixin.qq.com) open App management and create an app "
        "of your own (自建应用). Its visible range must hold everybody who shall be told.",
        "Copy AgentId and Secret from its page, and the company id (企业ID) "
        "from the bottom of My Company.",
        "On the app's page, add this server's address to Trusted IPs (企业可信IP); a test says "
        "which. WeCom first asks for a trusted domain or a URL for received messages.",
        "For WeChat: My Company, WeChat plugin; people scan the code there once.",
    )
    table: ClassVar[Table] = TABLE

    corpid: Annotated[
        str,
        Meta(min_length=1, max_length=64),
        fields.asked(
            "Company id", "Begins with ww, at the bottom of My Company in WeCom's admin console."
        ),
    ]
    agentid: Annotated[
        int,
        Meta(ge=1, le=2**31 - 1),
        fields.asked("AgentId", "On the app's page.", attributes={"placeholder": "1000002"}),
    ]
    secret: Annotated[
        str,
        Meta(min_length=1, max_length=256),
        fields.asked("Secret", "On the app's page. It is stored encrypted.", secret=True),
    ]
    to_users: Annotated[
        list[Annotated[str, Meta(pattern=r"^[A-Za-z0-9._@-]{1,64}$(?!\n)")]],
        Meta(max_length=USERS),
        fields.asked(
            "User ids",
            "The accounts (账号) of people in WeCom's address book, one per line. "
            "@all is everybody in the app's visible range.",
        ),
    ] = []
    to_parties: Annotated[
        list[Annotated[str, Meta(pattern=r"^[0-9]{1,10}$(?!\n)")]],
        Meta(max_length=PARTIES),
        fields.asked("Department ids", "Numbers, one per line."),
    ] = []
    to_tags: Annotated[
        list[Annotated[str, Meta(pattern=r"^[0-9]{1,10}$(?!\n)")]],
        Meta(max_length=PARTIES),
        fields.asked("Tag ids", "Numbers, one per line."),
    ] = []
    format: Annotated[
        Literal["auto", "text", "markdown", "textcard"],
        fields.asked(
            "Format",
            "Automatic is plain text with links, which WeChat shows, too. "
            "Markdown shows in WeCom only. A card has one button.",
            further=True,
            choices={
                "auto": "Automatic",
                "text": "Plain text",
                "markdown": "Markdown",
                "textcard": "Card",
            },
        ),
    ] = "auto"
    withdraw: Annotated[
        bool,
        fields.asked(
            "Withdraw a notice when its message is handled",
            "It then disappears from WeCom, within a day; what arrived in WeChat stays.",
        ),
    ] = False
    server: Annotated[
        str,
        Meta(min_length=1, max_length=2048),
        fields.asked(
            "Server",
            "Another one only for a WeCom of your own, or a proxy with a trusted address.",
            further=True,
            attributes=fields.URL,
        ),
    ] = SERVER

    def __post_init__(self) -> None:
        self.corpid = addresses.bare(self.corpid)
        self.secret = addresses.bare(self.secret)
        self.server = addresses.bare(self.server).rstrip("/")

    @classmethod
    def specimen(cls) -> dict[str, Any]:
        return {"corpid": "ww0000000000000000", "agentid": 1, "secret": "none", "to_users": [ALL]}

    @classmethod
    def recognised(cls, pasted: str) -> dict[str, Any] | None:
        """A company id with a secret: `corpid,secret,touser,agentid`, as many scripts have it, or
        in any order."""
        corpid, secret = CORPID.search(pasted), APP_SECRET.search(pasted)
        if not corpid or not secret:
            return None
        found: dict[str, Any] = {"corpid": corpid.group(), "secret": secret.group()}
        if agent := APP_ID.search(pasted):
            found["agentid"] = int(agent.group())
        if listed := _listed_users(pasted, secret.group()):
            found["to_users"] = listed
        return found

    @classmethod
    def suffices(cls, found: Mapping[str, Any]) -> bool:
        return super().suffices(found) and bool(found.get("to_users"))

    @classmethod
    def tail(cls, shown: Mapping[str, Any]) -> str:
        return str(shown.get("agentid") or "")

    def faults(self, egress: Egress) -> Iterator[Problem]:
        if not WRITTEN_ID.fullmatch(self.corpid):
            yield Problem(
                "/corpid", "not_an_id", "A company id has letters and digits only, like ww…."
            )
        if not self.recipients():
            yield Problem(
                "/to_users",
                "nobody",
                "Enter who is told: user ids, departments or tags; @all is everybody.",
            )
        found = url_faults(egress, self.server, "/server", HOSTS)
        parts = addresses.split(self.server)
        if parts is not None and (parts.query or parts.path.strip("/")):
            found = iter(
                [Problem("/server", "path", "Enter only the server, like {example}.", SAMPLE)]
            )
        yield from found

    def recipients(self, called: Sequence[Handles] = ()) -> list[str]:
        """Everybody who is told, each with what it is; who is on duty, too."""
        users = self._users(called)
        if ALL in users:
            return [f"user:{ALL}"]
        return with_more(
            [f"user:{each}" for each in users],
            [
                *(f"party:{each}" for each in self.to_parties),
                *(f"tag:{each}" for each in self.to_tags),
            ],
        )

    def target(self) -> str:
        return f"{self._app()} {' '.join(sorted(self.recipients())).lower()}"

    def address(self) -> str:
        return self.server + SEND

    def credential(self) -> str:
        return self._app()

    def _app(self) -> str:
        return f"{self.kind} {self.server} {self.corpid} {self.agentid}"

    def secrets(self) -> list[str]:
        return [self.secret]

    def empty(self) -> list[str]:
        """The settings without a value."""
        return [name for name in self.__struct_fields__ if not getattr(self, name)]

    def default_template(self, locale: str) -> str:
        return self._own("text" if self.format == "auto" else self.format, locale)

    def _own(self, form: Form, locale: str) -> str:
        if form == "markdown":
            return WeCom.own_text(locale)
        return _without_link(plain_text(locale)) if form == "textcard" else self.own_text(locale)

    def preview(self, parcel: Parcel) -> str:
        message = self.message(parcel)
        inner: dict[str, str] = message[message["msgtype"]]
        if message["msgtype"] != "textcard":
            return inner["content"]
        return f"{inner['title']}\n{inner['description']}\n[{inner['btntxt']}]"

    def markdown(self, parcel: Parcel) -> tuple[str, str] | None:
        message = self.message(parcel)
        form = message["msgtype"]
        return ("", message[form]["content"]) if form == "markdown" else None

    def size(self, parcel: Parcel) -> tuple[int, int | None]:
        message = self.message(parcel)
        if message["msgtype"] == "textcard":
            return super().size(parcel)
        return text.in_bytes(message[message["msgtype"]]["content"]), LIMIT

    def message(self, parcel: Parcel) -> dict[str, Any]:
        """The parcel in WeCom's JSON."""
        form = self._form(parcel)
        own = self._own(form, parcel.locale)
        if form == "textcard":
            content = self._card(parcel, own)
        else:
            draft = compose(parcel, STYLES[form], own, _fits)
            content = {"content": draft.body}
        return {**self._told(parcel), "msgtype": form, "agentid": self.agentid, form: content}

    def body(self, parcel: Parcel) -> bytes:
        return msgspec.json.encode(self.message(parcel))

    def _told(self, parcel: Parcel) -> dict[str, str]:
        users = self._users(parcel.called)
        if ALL in users:
            return {"touser": ALL}
        lists = {"touser": users, "toparty": self.to_parties, "totag": self.to_tags}
        return {name: "|".join(dict.fromkeys(listed)) for name, listed in lists.items() if listed}

    def _users(self, called: Sequence[Handles]) -> list[str]:
        return with_more(self.to_users, [each.wecom for each in called if each.wecom])

    def _form(self, parcel: Parcel) -> Form:
        if parcel.fallback or self.format == "auto":
            return "text"
        cardable = parcel.kind in OF_ONE and parcel.notices and link_of(parcel)
        return "text" if self.format == "textcard" and not cardable else self.format

    def _card(self, parcel: Parcel, own: str) -> dict[str, str]:
        """A card leads to one place: where one tap claims the message, else to the message."""
        style = STYLES["textcard"]
        draft = compose(parcel, style, own, lambda draft: len(draft.body) <= CARD_TEXT)
        label, url = link_label(parcel), link_of(parcel)
        for tap in taps_of(parcel)[:1]:
            label, url = tap.label, tap.url
        return {
            "title": text.clip(draft.title, CARD_TITLE, cost=text.in_characters),
            "description": draft.body,
            "url": url,
            "btntxt": label[:BUTTON],
        }

    async def send(self, parcel: Parcel, egress: Egress) -> Acceptance:
        answer, secrets = await self._ask(egress, "POST", SEND, parcel, content=self.body(parcel))
        said = foreign.entries(answer.body)
        unreached = answers.unreached(said)
        told = self.recipients(parcel.called)
        try:
            taken = acceptance(answer, TABLE, parcel, secrets, empty=self.empty())
        except SendError as error:
            if error.facts.get("field") == "to_users":
                error.refused = unreached or dict.fromkeys(told, "invalid")
            raise
        missed = {each.lower() for each in unreached}
        names = ", ".join(each.partition(":")[2] for each in unreached)
        return msgspec.structs.replace(
            taken,
            accepted=tuple(each for each in told if each.lower() not in missed),
            refused=unreached,
            receipt=str(said.get("msgid") or "") if self.withdraw else "",
            warning=answers.NOT_ALL_REACHED if unreached else "",
            facts={"recipients": tidy(names, secrets)} if unreached else {},
        )

    def takes_back(self) -> bool:
        return self.withdraw

    async def take_back(self, receipt: str, egress: Egress) -> Acceptance:
        """https://developer.work.weixin.qq.com/document/path/94867"""
        parcel = Parcel(id="", kind="ping")
        content = msgspec.json.encode({"msgid": receipt})
        answer, secrets = await self._ask(egress, "POST", RECALL, parcel, content=content)
        return acceptance(answer, RECALL_TABLE, parcel, secrets, empty=self.empty())

    def probes(self) -> bool:
        return True

    def signs_in(self) -> bool:
        return True

    async def probe(self, egress: Egress) -> Acceptance:
        """Asks for the app itself: so secret, AgentId and trusted address are known to be right."""
        parcel = Parcel(id="", kind="ping")
        answer, secrets = await self._ask(
            egress, "GET", AGENT, parcel, query={"agentid": str(self.agentid)}
        )
        taken = acceptance(answer, TABLE, parcel, secrets, empty=self.empty())
        return msgspec.structs.replace(taken, certificate_until=answer.certificate_until)

    async def _ask(
        self,
        egress: Egress,
        method: str,
        path: str,
        parcel: Parcel,
        *,
        query: Mapping[str, str] | None = None,
        content: bytes = b"",
    ) -> tuple[Answer, list[str]]:
        """WeCom's answer, and what must not be seen of it. A token that is not taken any more is
        asked for anew once."""
        ends = time.monotonic() + self.deadline
        token = await self._token(egress, parcel, ends)
        for again in (True, False):
            asked = urlencode({"access_token": token, **(query or {})})
            answer = await request(
                egress,
                method,
                f"{self.server}{path}?{asked}",
                headers={"Content-Type": JSON_TYPE} if content else {},
                content=content,
                deadline=_left(ends),
                hosts=HOSTS,
            )
            if not again or not answers.is_stale(answer):
                break
            token = await self._token(egress, parcel, ends, refused=token)
        return answer, [*self.secrets(), token]

    async def _token(
        self, egress: Egress, parcel: Parcel, ends: float, *, refused: str = ""
    ) -> str:
        async def fetch() -> lent.Lent:
            return await self._fetched(egress, parcel, ends)

        key = f"{self.server} {self.corpid} {self.secret}"
        return await lent.lender().token(key, fetch, refused=refused)

    async def _fetched(self, egress: Egress, parcel: Parcel, ends: float) -> lent.Lent:
        """Nothing has been sent when this fails: no outcome of it is unknown."""
        asked = urlencode({"corpid": self.corpid, "corpsecret": self.secret})
        try:
            answer = await request(
                egress,
                "GET",
                f"{self.server}{TOKEN}?{asked}",
                headers={},
                content=b"",
                deadline=_left(ends) / 2,
                hosts=HOSTS,
            )
            secrets = self.secrets()
            acceptance(answer, TOKEN_TABLE, parcel, secrets, empty=self.empty())
            said = foreign.entries(answer.body)
            if not isinstance(token := said.get("access_token"), str) or not token:
                raise unreadable(answer, secrets)
        except SendError as error:
            error.left = False
            if error.outcome == "unknown":
                error.outcome = "retry"
            raise
        return lent.Lent(token, float(as_code(said.get("expires_in")) or TOKEN_SECONDS))


SAMPLE = {"example": SERVER}
SHORTEST_LEFT = 0.05


def _left(ends: float) -> float:
    return max(SHORTEST_LEFT, ends - time.monotonic())


def _without_link(template: str) -> str:
    """A card leads there by itself."""
    return "\n".join(line for line in template.split("\n") if "{{message.link}}" not in line)


def _fits(draft: Draft) -> bool:
    return text.in_bytes(draft.body) <= LIMIT


def _listed_users(pasted: str, secret: str) -> list[str]:
    """The users between commas behind the secret, as in `corpid,secret,a|b,1000002`."""
    rest = pasted.partition(secret)[2].lstrip(" ")
    users = rest.split(",")[1].strip() if rest.startswith(",") else ""
    listed = [each.strip() for each in users.split("|")]
    pattern = re.compile(r"[A-Za-z0-9._@-]{1,64}", re.ASCII)
    is_agent = APP_ID.fullmatch(users)
    return listed if not is_agent and all(map(pattern.fullmatch, listed)) else []
