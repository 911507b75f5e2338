"""Streams of events (SSE) to open pages: they only ring when something has changed, and the pages
ask for it. So a stream that breaks off loses nothing, and nobody renders for those who do not look.

Nothing here is kept: a process asks the database once a second for all of its streams together, so
it does not matter which process has changed something. While no stream is open, nothing is asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import uuid
from collections.abc import AsyncGenerator, Iterator, Mapping

import structlog

from app.messages import long_acts, news
from app.people import sessions

log = structlog.get_logger(__name__)

EVERY = 1.0
"""Seconds between two looks at the database."""
CHECK_EVERY = 30
"""Looks between two at the sessions: so long a stream outlives its session at most."""
PING_SECONDS = 20.0
"""Proxies close what is silent for longer, usually after 30 or 60."""
PER_AGENT = 6
"""A browser has one for all its tabs; those without locks have one for each."""
MOST = 1000
"""For one process. Whoever gets none asks every half a minute."""
RETRY = b"retry: 5000\n\n"
# No comment, which scripts do not see: by this a page knows that its stream is alive.
PING = b"event: ping\ndata: .\n\n"
# A long act got on, or has ended.
ACT = b"event: act\ndata: .\n\n"


class Stream:
    """Of one page. `told` is the number that it has heard of, `acts` how far long acts were."""

    def __init__(self, organization: uuid.UUID, agent: uuid.UUID, session: str, told: int) -> None:
        self.organization, self.agent, self.session = organization, agent, session
        self.told = told
        self.acts = ""
        self.ended = False
        self._heard: set[bytes] = set()
        self._rung = asyncio.Event()

    def ring(self, number: int, acts: str) -> None:
        if number > self.told:
            self.told = number
            self._heard.add(b"news")
            self._rung.set()
        if acts != self.acts:
            self.acts = acts
            self._heard.add(b"act")
            self._rung.set()

    def end(self) -> None:
        self.ended = True
        self._rung.set()

    async def events(self) -> AsyncGenerator[bytes, None]:
        """Until it ends. The first one comes at once: a proxy that holds it back is noticed."""
        yield RETRY + PING
        while not self.ended:
            try:
                async with asyncio.timeout(PING_SECONDS):
                    await self._rung.wait()
            except TimeoutError:
                yield PING
                continue
            self._rung.clear()
            heard, self._heard = self._heard, set()
            if not self.ended and b"news" in heard:
                yield b"event: news\nid: %d\ndata: %d\n\n" % (self.told, self.told)
            if not self.ended and b"act" in heard:
                yield ACT


class Streams:
    """All of one process."""

    def __init__(self) -> None:
        self._open: set[Stream] = set()
        self._looking: asyncio.Task[None] | None = None
        self._stopped = False

    def __len__(self) -> int:
        return len(self._open)

    def has_room(self, agent: uuid.UUID) -> bool:
        own = sum(stream.agent == agent for stream in self._open)
        return not self._stopped and own < PER_AGENT and len(self._open) < MOST

    def stop(self) -> None:
        """Ends all: the server stops, and waits for every answer."""
        self._stopped = True
        for stream in self._open:
            stream.end()

    async def events(self, stream: Stream) -> AsyncGenerator[bytes, None]:
        with self._opened(stream):
            async with contextlib.aclosing(stream.events()) as events:
                async for event in events:
                    yield event

    @contextlib.contextmanager
    def _opened(self, stream: Stream) -> Iterator[None]:
        self._open.add(stream)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), context=contextvars.Context())
        try:
            yield
        finally:
            self._open.discard(stream)

    async def _look(self) -> None:
        """While anything is open."""
        looks, well = 0, True
        while self._open:
            looks += 1
            try:
                theirs = {stream.organization for stream in self._open}
                self._ring(await news.newest(theirs), await long_acts.marks(theirs))
                if looks % CHECK_EVERY == 0:
                    await self._end_signed_out()
                well = True
            except Exception:
                # The pages stay open, and hear of everything when the database is back.
                if well:
                    log.warning("streams_without_database", exc_info=True)
                well = False
            await asyncio.sleep(EVERY)

    def _ring(self, numbers: Mapping[uuid.UUID, int], acts: Mapping[uuid.UUID, str]) -> None:
        for stream in self._open:
            org = stream.organization
            stream.ring(numbers.get(org, 0), acts.get(org, ""))

    async def _end_signed_out(self) -> None:
        """Also those whose session has another organization open now."""
        going_on = await sessions.still({stream.session for stream in self._open})
        for stream in self._open:
            if going_on.get(stream.session) != stream.agent:
                stream.end()
