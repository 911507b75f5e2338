"""What `bench.growth` asks: every GET of the API's document, lists with their filters and dates,
the console's pages."""

from __future__ import annotations

import datetime as dt
import functools
import random
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from app.deliveries.log import STATES
from bench.filled import (
    BASE,
    BRANDS,
    ELSEWHERE,
    OFTEN,
    RARE,
    Filled,
    moment_of,
    uuid_of,
)
from bench.growth_filled import Known, copies_told, delivery_of
from web.http.operation import PREFIX

Path = Callable[[], str]
"""Another one each time, where one is as good as another."""
LEFT_OUT = ("/acts/", "/mailboxes/{", "/files/{", "/audit/export")
"""Things of which the database has none, and what may be asked for only a few times an hour."""
EXPORT = "/messages/export"


class Questions:
    def __init__(self, data: Filled, known: Known, document: dict[str, Any]) -> None:
        self.data, self.known, self.document = data, known, document
        self.random = random.Random(3)

    def __iter__(self) -> Iterator[tuple[str, Path]]:
        yield from self._every()
        for what, query in {**self._messages(), **self._days("from", "to")}.items():
            yield from self._listed(f"{PREFIX}/messages", what, query, "id")
        for what, query in self._deliveries().items():
            yield from self._listed(f"{PREFIX}/deliveries", what, query, "delivery")
        yield from self._console()

    def _message(self) -> uuid.UUID:
        """One of the first organization's; the first, which is a copy's, is of another."""
        n = self.random.randrange(min(BASE, self.data.count) // ELSEWHERE) * ELSEWHERE + 3
        return uuid_of(n, self.random.choice(copies_told(self.data.count)))

    def _every(self) -> Iterator[tuple[str, Path]]:
        """Of all that the document has, one each."""
        for template, methods in self.document["paths"].items():
            left_out = any(each in template for each in LEFT_OUT)
            if not template.startswith(PREFIX) or "get" not in methods or left_out:
                continue
            yield f"GET {template.removeprefix(PREFIX)}", functools.partial(self._filled, template)

    def _filled(self, template: str) -> str:
        message = self._message()
        given = {
            "/deliveries/": delivery_of(message),
            "/channels/": self.known.channels[0],
            "/members/": str(self.data.people[0]),
            "/brands/": str(self.data.org.id),
            "/tokens/": self.known.token_uid,
            "/messages/": str(message),
        }
        named = next((uid for part, uid in given.items() if part in template), "")
        path = template.replace("{uid}", named).replace("{kind}", "custom")
        if path.endswith(EXPORT):
            path += f"?{urlencode(self._days('from', 'to')['a day'])}"
        if path.endswith("/query/uid"):
            path += f"?uid={self.known.channels[0]}"
        return path

    def _listed(
        self, path: str, what: str, query: dict[str, Any], deep: str
    ) -> Iterator[tuple[str, Path]]:
        """The first page, and one from the middle."""
        name = f"{path.removeprefix(PREFIX)}: {what}"
        yield name, lambda: f"{path}?{urlencode(query)}"

        def later() -> str:
            message = self._message()
            cursor = delivery_of(message) if deep == "delivery" else str(message)
            return f"{path}?{urlencode({**query, 'cursor': cursor})}"

        yield f"{name}, deep", later

    def _messages(self) -> dict[str, dict[str, Any]]:
        often, seldom, never = (str(each) for each in self.data.people[:3])
        return {
            "all": {},
            **{status: {"status": status} for status in ("pending", "handled", "spam", "trash")},
            "category, often": {"category": "产品咨询"},
            "category, seldom": {"category": RARE},
            "category, never": {"category": "没有"},
            "tag, often": {"tag": OFTEN},
            "tag, seldom": {"tag": RARE},
            "tag, never": {"tag": "没有"},
            "high": {"priority": "high"},
            "low, seldom": {"priority": "low"},
            "site, often": {"site": "www.shop.example"},
            "site, never": {"site": "nowhere.example"},
            "outcome, often": {"outcome": "phone"},
            "outcome and reason": {"outcome": "none", "outcome_reason": "ad"},
            "assignee, often": {"assignee": often},
            "assignee, seldom": {"assignee": seldom},
            "assignee, never": {"assignee": never},
            "nobody's": {"assignee": "nobody", "status": "pending"},
            "brand, often": {"brand": str(BRANDS[0])},
            "brand, seldom": {"brand": str(BRANDS[1])},
            "notice failed": {"notice": "failed"},
            "notice sent": {"notice": "sent"},
            "notice waits, never": {"notice": "pending"},
            "notice failed, spam": {"notice": "failed", "status": "spam"},
            "overdue": {"overdue": "true"},
            "snoozed": {"snoozed": "true"},
            "contact, never": {"contact": "13912345678"},
            "words, often": {"q": "价格"},
            "words, never": {"q": "咨咨咨"},
            "words, spam": {"q": "价格", "status": "spam"},
        }

    def _days(self, since: str, until: str) -> dict[str, dict[str, Any]]:
        middle = moment_of(0, self.data.count // BASE // 2)
        day, month, half = (
            {since: f"{middle:%Y-%m-%d}", until: f"{middle + dt.timedelta(days):%Y-%m-%d}"}
            for days in (0, 30, 10_000)
        )
        return {
            "a day": day,
            "a month": month,
            "the second half": half,
            "a month, spam": {**month, "status": "spam"},
        }

    def _deliveries(self) -> dict[str, dict[str, Any]]:
        channels = dict(zip(("often", "half", "seldom", "never"), self.known.channels, strict=True))
        found: dict[str, dict[str, Any]] = {"all": {}}
        for state in ("", *STATES):
            found[state or "all"] = {"state": state}
            for name, channel in channels.items():
                found[f"{state or 'all'} of a channel told {name}"] = {
                    "state": state,
                    "channel": channel,
                }
        days = self._days("since", "until")
        return {
            **found,
            "a day": days["a day"],
            "a month": days["a month"],
            "a month, failed": {**days["a month"], "state": "failed"},
            "a month, failed, of a channel": {
                **days["a month"],
                "state": "failed",
                "channel": channels["half"],
            },
            "a reference": {"reference": "LM-000303-1" if self.data.count > BASE else "LM-000303"},
        }

    def _console(self) -> Iterator[tuple[str, Path]]:
        yield "inbox/… (a message)", lambda: f"/inbox/{self._message()}"
        yield "deliveries/… (a delivery)", lambda: f"/deliveries/{delivery_of(self._message())}"
        yield "a message's reason", lambda: f"/inbox/{self._message()}/why"
        named = {"from": "since", "to": "until"}
        for what, query in {**self._messages(), **self._days("since", "until")}.items():
            asked = {named.get(name, name): value for name, value in query.items()}
            asked.setdefault("status", "all")
            path = f"/inbox?{urlencode(asked)}"
            yield f"inbox: {what}", functools.partial(str, path)
        for tab in ("mine", "mentioned", "unassigned", "later"):
            yield f"inbox: {tab}", functools.partial(str, f"/inbox?status={tab}")
        for what, query in self._deliveries().items():
            path = f"/deliveries?{urlencode(query)}"
            yield f"deliveries: {what}", functools.partial(str, path)
        yield (
            "deliveries, deep",
            lambda: f"/deliveries?cursor={delivery_of(self._message())}",
        )
        for path in (
            *("/deliveries/replay", "/overview?range=today", "/overview", "/overview?range=90"),
            *("/inbox/news?after=1", "/mail", "/start", "/settings", "/settings/channels"),
            *("/settings/members", "/settings/audit", "/settings/privacy", "/settings/system"),
            *("/settings/tokens", "/settings/blocks", "/inbox/export"),
        ):
            yield path.removeprefix("/"), functools.partial(str, path)
