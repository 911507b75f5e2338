"""The product of one test: an organization of its own on a server that many tests share. To start a
server takes longer than most tests do, to make an organization a few milliseconds."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import time_machine

from app import database, settings
from app.messages import acts, long_acts
from app.people import (
    agents,
    organizations,
    sessions,
    tokens,
)
from tests.fakes.vendors import FakeVendors
from tests.processes import TLS, Process
from tests.texts import in_product
from tests.web.reading import Page

EMAIL, PASSWORD = "owner@shop.example", "correct horse 9"
FORM = "/w/{slug}"
"""Of the test's organization."""
API = "/api/v1/leavemsg"
FORM_BUILDER = "/settings/form"
_numbers = itertools.count(1)
_open: dict[str, database.SQLite] = {}
"""By its path; one at most."""


class Product:
    """`session` is the owner's, as the cookie of a browser that has signed in."""

    def __init__(self, process: Process, slug: str, token: str, session: str) -> None:
        self.process, self.slug, self.token, self.session = process, slug, token, session

    @property
    def url(self) -> str:
        return self.process.url

    @property
    def cookie(self) -> Any:
        return {"name": "sid", "value": self.session, "url": self.url}

    async def other_session(self) -> Any:
        """The cookie of the owner's next sign-in."""
        async with database_of(self.process):
            found = await sessions.find(self.session)
            assert found
            value = await sessions.start(found.agent, address="127.0.0.1", user_agent="tests")
        return {**self.cookie, "value": value}

    @property
    def form(self) -> str:
        return self.path(FORM)

    def path(self, path: str) -> str:
        """An address with the organization's own name in it."""
        return path.replace("{slug}", self.slug)

    async def colleague(self, name: str) -> Any:
        """The cookie of somebody else who works there."""
        async with database_of(self.process):
            found = await sessions.find(self.session)
            assert found
            email = f"{next(_numbers)}@{self.slug}.example"
            agent = await agents.create(
                found.org.id, email=email, password=PASSWORD, role="agent", name=name
            )
            value = await sessions.start(agent, address="127.0.0.1", user_agent="tests")
        return {**self.cookie, "value": value}

    async def another(self, name: str) -> None:
        """The owner belongs to another organization, too, as long as their account is there."""
        async with database_of(self.process):
            found = await sessions.find(self.session)
            assert found
            other = await organizations.create(f"{self.slug}-other", name)
            await agents.add(other.id, found.account, role="agent", name="")

    async def long_act(self, messages: int) -> str:
        """Begins one on messages that there are not, which takes a while; its address."""
        async with database_of(self.process):
            found = await sessions.find(self.session)
            assert found
            ids = [uuid.UUID(int=n) for n in range(messages)]
            act = await long_acts.begin(
                found.org.id, ids, "woken", said=acts.woken().said, by="tests"
            )
        return f"/inbox/acts/{act}"

    def api(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        url = self.url + API + path
        return httpx.request(method, url, headers=headers, verify=TLS, **options)

    def leave(self, content: str) -> str:
        """As a program does; the message's uid."""
        said = {"visitor": {"phone": "13800138000"}, "message": {"content": content}}
        answer = self.api("POST", "/messages", json={"org": self.slug, **said})
        assert answer.status_code == 201, answer.text
        uid: str = answer.json()["uid"]
        return uid

    def messages(self) -> list[dict[str, Any]]:
        """The newest first; spam too."""
        found: list[dict[str, Any]] = self.api("GET", "/query/org").json()["items"]
        return found

    def contents(self) -> list[tuple[str, str]]:
        """Of all messages, the newest first: what was written, and its status."""
        return [(each["message"]["content"], each["status"]) for each in self.messages()]

    def post(self, path: str, **form: str) -> httpx.Response:
        """As the owner does in the console."""
        headers = {"Origin": self.url, "X-CSRF-Token": sessions.csrf(self.session)}
        cookies = {"sid": self.session}
        answer = httpx.post(
            self.url + path, data=form, headers=headers, cookies=cookies, verify=TLS
        )
        assert answer.status_code in {200, 303}, answer.text
        return answer

    def get(self, path: str) -> httpx.Response:
        """As the owner sees it in the console."""
        return httpx.get(self.url + path, cookies={"sid": self.session}, verify=TLS)

    def add_field(self, kind: str, **changes: str) -> str:
        """To the draft of the form; its key."""
        key = self.post(FORM_BUILDER + "/add", kind=kind).headers["location"]
        key = key.split("/")[-1].split("?")[0]
        path = f"{FORM_BUILDER}/fields/{key}"
        page = Page(self.get(path))
        if "choices" in page.values:
            # The samples are not published.
            changes = {"choices": "选项甲 | A\n选项乙 | B", **changes}
        self.post(path, **{**page.values, "in_notice": "on", **in_product(changes)})
        return changes.get("key", key)

    def publish(self) -> None:
        self.post(FORM_BUILDER + "/publish")

    def notify(self, *notifications: dict[str, Any]) -> None:
        """These are told of messages, and nobody else."""
        answer = self.api("POST", "/config", json={"notifications": list(notifications)})
        assert answer.status_code == 200, answer.text

    def notify_wecom(self, fakes: FakeVendors) -> None:
        self.notify({"type": "wecom", "webhook_url": fakes.add_bot("wecom", "k")})


@asynccontextmanager
async def organization(
    process: Process, *, now: dt.datetime | None = None
) -> AsyncIterator[Product]:
    """With an owner who has signed in, just now or at another time; gone at the end with everything
    that belongs to it."""
    slug = f"shop-{next(_numbers)}"
    async with database_of(process):
        moment = time_machine.travel(now or dt.datetime.now(dt.UTC), tick=False)
        org = await organizations.create(slug, "Leavemsg")
        owner = await agents.create(org.id, email=EMAIL, password=PASSWORD)
        token = await tokens.create(org.id, "tests", ["all"])
        with moment:
            session = await sessions.start(owner, address="127.0.0.1", user_agent="tests")
    yield Product(process, slug, token, session)
    if process.alive():
        async with database_of(process):
            await database.execute("DELETE FROM organization WHERE id = ?", org.id)
            await database.execute("DELETE FROM account WHERE id = ?", owner.account)


@asynccontextmanager
async def database_of(process: Process) -> AsyncIterator[None]:
    """As the command line opens it, beside the server. It stays open for the next one who asks for
    the same, and forgets what it remembers."""
    settings.use(settings.load(process.env))
    path = str(settings.current().sqlite_path)
    if path not in _open:
        while _open:
            await _open.popitem()[1].close()
        _open[path] = database.SQLite(path)
        await _open[path].open()
    database.use(copy.copy(_open[path]))
    yield
