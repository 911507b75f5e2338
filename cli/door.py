"""Limits the number of connections, and chooses which to close when there are more."""

from __future__ import annotations

import functools
import logging
import resource
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

from app.limits import network
from app.settings import Network
from web.http import address

log = logging.getLogger(__name__)

SPARE_FILES = 256
"""File descriptors for the database, channels and files."""
FILES_WANTED = 16_384
SAID_EVERY = 60.0


class Transport(Protocol):
    def abort(self) -> None: ...


class Connection(Protocol):
    """What the door needs of a connection."""

    client: tuple[str, int] | None

    @property
    def transport(self) -> Transport: ...

    def late(self) -> None: ...


class Door:
    """All connections of one server, and for which ones we wait until when."""

    def __init__(self, most: int, most_per_address: int, trusted: Sequence[Network]) -> None:
        """`most` and `most_per_address` of 0 mean no limit."""
        self._most = most
        self._most_per_address = most_per_address
        self._trusted = trusted
        self._inside: dict[Connection, str] = {}
        self._of: dict[str, dict[Connection, None]] = {}
        self._waiting: OrderedDict[Connection, float] = OrderedDict()
        self._turned_away = 0
        self._silent_until = 0.0
        self._counted_as = functools.lru_cache(maxsize=4096)(self._address)

    def enter(self, connection: Connection) -> bool:
        """Admits a connection; when full, closes the one that we have waited for longest. False
        when we are working on all of them."""
        where = self._counted_as(connection.client[0] if connection.client else "")
        same = self._of.get(where, {})
        crowded = where and 0 < self._most_per_address <= len(same)
        if crowded and not self._send_away(next(filter(self._waiting.__contains__, same), None)):
            return False
        full = 0 < self._most <= len(self._inside)
        if full and not self._send_away(next(iter(self._waiting), None)):
            return False
        self._inside[connection] = where
        self._of.setdefault(where, {})[connection] = None
        return True

    def _address(self, peer: str) -> str:
        """The network to count by; empty for a trusted proxy, which has many visitors, and a Unix
        socket."""
        found = address.parse(peer)
        if found is None or any(found in each for each in self._trusted):
            return ""
        return network(str(found))

    def _send_away(self, connection: Connection | None) -> bool:
        if connection is None:
            self._turned_away += 1
            return False
        self.leave(connection)
        connection.transport.abort()
        return True

    def leave(self, connection: Connection) -> None:
        self._waiting.pop(connection, None)
        where = self._inside.pop(connection, None)
        if where is None:
            return
        same = self._of[where]
        del same[connection]
        if not same:
            del self._of[where]

    def wait(self, connection: Connection, until: float) -> None:
        """We wait for the client, until then."""
        self._waiting[connection] = until
        self._waiting.move_to_end(connection)

    def work(self, connection: Connection) -> None:
        """We are working for the client: no deadline."""
        self._waiting.pop(connection, None)

    def sweep(self, now: float) -> None:
        """Called once a second: ends connections past their deadline."""
        late = [connection for connection, until in self._waiting.items() if until <= now]
        for connection in late:
            connection.late()
        if self._turned_away and now >= self._silent_until:
            log.warning("connections_full", extra={"turned_away": self._turned_away})
            self._turned_away, self._silent_until = 0, now + SAID_EVERY


def open_files() -> int:
    """Raises this process's limit of open files, and returns how many connections fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_WANTED if hard == resource.RLIM_INFINITY else min(FILES_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return FILES_WANTED if soft == resource.RLIM_INFINITY else max(1, soft - SPARE_FILES)
