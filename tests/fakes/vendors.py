"""The fake vendors and custom receivers: one HTTP server in the test's own event loop.

async with FakeVendors() as fakes:
    url = fakes.add_bot("dingtalk", "t1", secret="SECabc")
    ...
    assert fakes.calls("dingtalk", "t1")[0].ok
"""

from __future__ import annotations

import asyncio
import itertools
import ssl
from collections import deque
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from .bots import STATES, Bot, State, Vendor, Verdict
from .clock import Clock
from .control import Control
from .dingtalk import Dingtalk
from .faults import Fault, Scene, carry_out, parse
from .feishu import Feishu
from .hooks import Hook
from .records import Attempts, Call, by_webhook_id
from .scripts import Script, answer_for, page
from .server import Answer, HttpServer
from .wecom import Wecom
from .wecom_app import PATHS as APP_PATHS
from .wecom_app import WecomApp
from .wire import Request

if TYPE_CHECKING:
    from .mail import FakeMail
    from .post import Post
    from .sink import Sink

PATHS = {
    "wecom": "/cgi-bin/webhook/send?key=",
    "dingtalk": "/robot/send?access_token=",
    "feishu": "/open-apis/bot/v2/hook/",
    "hook": "/hook/",
}
DEMO = "demo"


class FakeVendors:
    mail: FakeMail | Sink | None = None
    """When set, the page for people shows its letters, too."""
    post: Post | None = None
    """When set, people can answer those letters."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        clock: Clock | None = None,
        keep: int | None = None,
        demo: bool = False,
    ) -> None:
        """`keep`: how many calls are remembered, else all. `demo`: bots of that name exist."""
        self.host, self.port, self.tls, self.demo = host, port, tls, demo
        self.clock = clock or Clock()
        self.listeners: list[Callable[[Call], None]] = []
        self._calls: deque[Call] = deque(maxlen=keep)
        self._arrival = asyncio.Event()
        self._control = Control(self)
        self._server = HttpServer(self._respond, self._unread, self.clock)
        self._forget()

    async def __aenter__(self) -> Self:
        self.port = await self._server.start(self.host, self.port, self.tls)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._server.stop()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    @property
    def connections(self) -> int:
        """How many were opened ever; a client that keeps its connection alive counts once."""
        return self._server.connections

    @property
    def open_connections(self) -> int:
        return self._server.open_connections

    def reset(self) -> None:
        self.clock.reset()
        self._calls.clear()
        self._forget()

    def _forget(self) -> None:
        self.apps = WecomApp(self.clock)
        vendors: list[Vendor] = [
            Wecom(self.clock),
            self.apps,
            Dingtalk(self.clock),
            Feishu(self.clock),
        ]
        self.vendors: dict[str, Vendor] = {vendor.name: vendor for vendor in vendors}
        self.bots: dict[tuple[str, str], Bot] = {}
        self.hooks: dict[str, Hook] = {}
        self._faults: dict[tuple[str, str], deque[Fault]] = {}
        self._numbers = itertools.count(1)
        if self.demo:
            self.add_hook(DEMO)
            for vendor in self.vendors:
                self.add_bot(vendor, DEMO, secret=DEMO if vendor == "wecom_app" else None)

    def add_bot(
        self,
        vendor: str,
        token: str,
        *,
        secret: str | None = None,
        keywords: Iterable[str] = (),
        ip_allow: Iterable[str] = (),
        state: State = "ok",
        **dialect: Any,
    ) -> str:
        """Returns the webhook URL, in the vendor's form but on this server."""
        known = self.vendors[vendor].defaults
        if unknown := set(dialect) - set(known):
            raise ValueError(f"{vendor} has no dialect {', '.join(sorted(unknown))}")
        if state not in STATES:
            raise ValueError(f"no bot is {state!r}")
        bot = Bot(vendor, token, secret, tuple(keywords), tuple(ip_allow), state, dialect)
        self.vendors[vendor].check(bot)
        self.bots[vendor, token] = bot
        return self.address(vendor, token)

    def add_hook(
        self, name: str, answers: Iterable[Script] = (), *, secret: str | None = None
    ) -> str:
        """Answers come in their order and the last one stays; without any it is always 200."""
        self.hooks[name] = Hook(name, tuple(answer_for(one) for one in answers), secret)
        return self.address("hook", name)

    def address(self, vendor: str, token: str) -> str:
        """Where messages for it go; an app is found by its token, so that is the server alone."""
        if vendor == "wecom_app":
            return self.url
        return f"{self.url}{PATHS[vendor]}{quote(token, safe='')}"

    def fault(self, vendor: str, token: str, *faults: str) -> None:
        """The next calls of that bot meet these, one each; see tests/fakes/faults.py for names."""
        if vendor.partition(".")[0] not in self.vendors:
            raise ValueError(f"{vendor} has no faults; a hook has answers")
        queue = self._faults.setdefault((vendor, token), deque())
        queue.extend([parse(fault) for fault in faults])

    def calls(
        self, vendor: str | None = None, token: str | None = None, *, after: int = 0
    ) -> list[Call]:
        return [
            call
            for call in self._calls
            if (vendor is None or call.vendor == vendor)
            and (token is None or call.token == token)
            and call.number > after
        ]

    async def arrived(
        self,
        count: int,
        vendor: str | None = None,
        token: str | None = None,
        *,
        timeout: float = 30.0,
    ) -> list[Call]:
        """Waits until that many calls have come."""
        async with asyncio.timeout(timeout):
            while len(found := self.calls(vendor, token)) < count:
                self._arrival.clear()
                await self._arrival.wait()
        return found

    def hook_report(self, name: str) -> dict[str, Attempts]:
        """By webhook-id."""
        return by_webhook_id(self.calls("hook", name))

    async def _respond(self, request: Request) -> Answer:
        if request.path.startswith("/hook/"):
            return self._receive(request, request.path.removeprefix("/hook/"))
        if (called := APP_PATHS.get(request.path)) is not None:
            return self._meet(request, called, self.apps.whose(request))
        if (spot := locate(request)) is not None:
            return self._meet(request, *spot)
        if (answer := self._control.answer(request)) is not None:
            return answer
        return self._record(request, "", "", Verdict(None), page(404))

    def _unread(self, request: Request) -> bool:
        hook = self.hooks.get(request.path.removeprefix("/hook/"))
        return hook is not None and hook.upcoming().unread

    def _receive(self, request: Request, name: str) -> Answer:
        hook = self.hooks.get(name)
        answer = hook.next() if hook else page(404)
        return self._record(
            request,
            "hook",
            name,
            Verdict(0 if 200 <= answer.status < 300 and not lost(answer) else None),
            answer,
            webhook_id=request.header("webhook-id"),
            timestamp=request.header("webhook-timestamp"),
            signature_ok=hook.accepts(request, self.clock) if hook else None,
        )

    def _meet(self, request: Request, name: str, token: str) -> Answer:
        kind = name.partition(".")[0]
        vendor, bot = self.vendors[kind], self.bots.get((kind, token))
        queue = self._faults.get((name, token))
        if not queue:
            verdict = vendor.judge(request, token, bot)
            return self._record(request, name, token, verdict, verdict.answer())
        fault = queue.popleft()
        scene = Scene(vendor, bot, request, lambda: vendor.judge(request, token, bot))
        return self._record(request, name, token, *carry_out(fault, scene), fault=fault.name)

    def _record(
        self,
        request: Request,
        vendor: str,
        token: str,
        verdict: Verdict,
        answer: Answer,
        **facts: Any,
    ) -> Answer:
        call = Call(
            next(self._numbers),
            vendor,
            token,
            self.clock.monotonic(),
            self.clock.time(),
            request.method,
            request.path,
            request.query,
            request.headers,
            request.body,
            request.connection,
            None if lost(answer) else answer.status,
            answer.body,
            verdict.ok,
            verdict.code if vendor != "hook" else None,
            verdict.duplicate,
            **facts,
        )
        self._calls.append(call)
        self._arrival.set()
        for listener in self.listeners:
            listener(call)
        return answer


def lost(answer: Answer) -> bool:
    return answer.part < 1 or answer.raw is not None


def locate(request: Request) -> tuple[str, str] | None:
    """Which vendor and which bot a request is for."""
    path = request.path
    if path in ("/cgi-bin/webhook/send", "/cgi-bin/webhook/send/"):
        return "wecom", request.parameter("key") or ""
    if path == "/robot/send":
        return "dingtalk", request.parameter("access_token") or ""
    token = path.removeprefix(PATHS["feishu"])
    if token != path and token and "/" not in token:
        return "feishu", token
    return None
