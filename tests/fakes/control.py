"""The fakes seen from another process: /_fake/… for programs, the front page for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .bots import JSON_TYPE, dump
from .page import front_page
from .post_page import PATH, mailbox_page
from .server import Answer
from .wire import Request

if TYPE_CHECKING:
    from .vendors import FakeVendors

HTML_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
    ("Cache-Control", "no-store"),
)


class Control:
    def __init__(self, fakes: FakeVendors) -> None:
        self.fakes = fakes
        self._routes: dict[tuple[str, str], Callable[[Request], Any]] = {
            ("POST", "/_fake/bots"): self._bots,
            ("POST", "/_fake/hooks"): self._hooks,
            ("GET", "/_fake/hooks"): self._report,
            ("POST", "/_fake/faults"): self._faults,
            ("POST", "/_fake/clock"): self._clock,
            ("POST", "/_fake/reset"): self._reset,
            ("GET", "/_fake/messages"): self._messages,
            ("GET", "/_fake/letters"): self._letters,
        }

    def answer(self, request: Request) -> Answer | None:
        """None for an address that is not ours."""
        if request.path == "/" and request.method in ("GET", "HEAD"):
            return Answer(200, front_page(self.fakes, request).encode(), HTML_HEADERS)
        if request.path == PATH and self.fakes.post is not None:
            return self._mailbox(request)
        route = self._routes.get((request.method, request.path))
        if route is None:
            return None
        try:
            return Answer(200, dump(route(request)), (JSON_TYPE,))
        except (AttributeError, KeyError, TypeError, ValueError) as wrong:
            return Answer(400, dump({"error": f"{type(wrong).__name__}: {wrong}"}), (JSON_TYPE,))

    def _mailbox(self, request: Request) -> Answer:
        post = self.fakes.post
        assert post is not None
        if request.method == "POST":
            post.answer(request)
            return Answer(303, headers=(("Location", PATH),))
        return Answer(200, mailbox_page(post, request).encode(), HTML_HEADERS)

    def _bots(self, request: Request) -> Any:
        wish = dict(request.json)
        dialect = wish.pop("dialect", {})
        return {"url": self.fakes.add_bot(wish.pop("vendor"), wish.pop("token"), **wish, **dialect)}

    def _hooks(self, request: Request) -> Any:
        wish = dict(request.json)
        return {"url": self.fakes.add_hook(wish.pop("name"), **wish)}

    def _report(self, request: Request) -> Any:
        report = self.fakes.hook_report(request.parameter("name") or "")
        return {key: vars(attempts) for key, attempts in report.items()}

    def _faults(self, request: Request) -> Any:
        wish = request.json
        self.fakes.fault(wish["vendor"], wish["token"], *wish["next"])
        return {}

    def _clock(self, request: Request) -> Any:
        wish, clock = request.json, self.fakes.clock
        if unknown := set(wish) - {"advance", "skew"}:
            raise ValueError(f"the clock has no {', '.join(unknown)}")
        clock.advance(float(wish.get("advance", 0)))
        clock.skew = float(wish.get("skew", clock.skew))
        return {"time": clock.time()}

    def _reset(self, _: Request) -> Any:
        self.fakes.reset()
        return {}

    def _messages(self, request: Request) -> Any:
        vendor, token = request.parameter("vendor"), request.parameter("token")
        after = int(request.parameter("after") or 0)
        calls = self.fakes.calls(vendor or None, token or None, after=after)
        return [call.as_json() for call in calls]

    def _letters(self, _: Request) -> Any:
        mail = self.fakes.mail
        return [letter.as_json() for letter in mail.attempts] if mail else []
