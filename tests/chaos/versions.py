"""An upgrade in service: an older version and this one side by side, on one PostgreSQL and Redis.

The older one starts on an empty database, takes messages and sends notices. This one starts beside
it and brings the schema up to date meanwhile. Both serve and both send; then the older one is
stopped, process by process. Nobody notices: other than in the other stages, no request may fail."""

from __future__ import annotations

import asyncio
import functools
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from app.people import organizations
from tests.chaos.judge import judge
from tests.chaos.mails import Correspondents
from tests.chaos.older import Older
from tests.chaos.patience import Patient
from tests.chaos.people import People
from tests.chaos.run import Report, failed, settled, unforeseen
from tests.chaos.stage import LIMIT, PROXY, Stage, base_of, many, ready
from tests.chaos.team import OURS, Team
from tests.chaos.visitors import Visitors
from tests.fakes.vendors import FakeVendors
from tests.matrix.children import Child
from tests.matrix.world import MESSAGES, World
from tests.processes import command, environment, free_port

PARTS = 4
"""The older one alone, both, this one beside the older worker, this one alone."""
TURNED_SECONDS = 0.5
"""From when nobody is led to a process any more until it is told to end."""
STOP_SECONDS = PATIENCE_SECONDS = 30.0
REST = (0.1, 0.3)
EMAIL, PASSWORD = "owner@shop.example", "correct horse battery 9"
CHANNELS = "/api/v1/leavemsg/channels"
LINKED, LINK = "linked", '{"link": "{{message.link}}"}'
"""A channel whose notices show which worker sent them: each writes its own address into them."""
Work = Callable[[asyncio.Event], Awaitable[None]]


async def run(
    older: Older,
    folder: Path,
    *,
    seconds: float,
    seed: int,
    crowd: int = 12,
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    upgrade = Upgrade(older, random.Random(seed), crowd, seconds / PARTS, say)
    # What forks our processes imports all of them first, and here nobody would answer meanwhile.
    command("version", env=environment(folder))
    try:
        async with many(folder, upgrade.begin) as (stage, _, _):
            people = await upgrade.go_on(stage)
            say(f"{len(people.visitors.thanked)} messages, the upgrade is over")
            began = time.monotonic()
            await settled(stage, people, hurry=True, unharmed=True)
            took = time.monotonic() - began
            judgement = await judge(stage, people)
    finally:
        upgrade.cancel()
    answers = people.answers + upgrade.reading.answers
    judgement.faults += upgrade.faults + upgrade.reading.wrong
    judgement.faults += [f"{n} times {each}" for each, n in failed(answers).items()]
    return Report(
        kills={"SIGTERM": 2},
        answers=dict(answers),
        settled_seconds=round(took, 1),
        judgement=judgement,
        unforeseen=unforeseen(folder),
    )


class Upgrade:
    """Its steps, while people go on."""

    def __init__(
        self,
        older: Older,
        dice: random.Random,
        crowd: int,
        part_seconds: float,
        say: Callable[[str], None],
    ) -> None:
        self.older, self.dice, self.part_seconds, self.say = older, dice, part_seconds, say
        self.urls: list[str] = []
        """Where people are led at the moment."""
        self.visitors = Visitors(self.urls, dice, crowd)
        self.reading = Patient(self.urls, dice)
        self.stop = asyncio.Event()
        self.going_on: list[asyncio.Task[None]] = []
        self.faults: list[str] = []

    async def begin(self, world: World, hanging: FakeVendors) -> str:
        """The older version alone, then both on the newest schema. The channel with the links."""
        old = functools.partial(self.older.child, world)
        self.old_web = await _web(old)
        program = ("token", "create", "--name", "chaos", "--scopes", "all")
        member = ("admin", "create", "--email", EMAIL, "--password-stdin")
        self.token, _, self.old_worker = await asyncio.gather(
            self.older.command(self.old_web, *program),
            self.older.command(self.old_web, *member, given=f"{PASSWORD}\n"),
            _worker(old, self.old_web),
        )
        channel = await self._channels(world, hanging)
        self.urls.append(self.old_web.url)
        self._go(self.visitors.write)
        self._go(self._read)
        await self._wait("the older version serves")
        self.new_web = await _web(world.child)
        self.new_worker = await _worker(world.child, self.new_web)
        world.org = await organizations.first()
        return channel

    async def go_on(self, stage: Stage) -> People:
        """Both, then one process of the older version less after the other."""
        mails = Correspondents(stage, self.dice)
        people = People(self.visitors, Team(stage, self.visitors, self.dice), mails)
        for each in (people.team.patient, mails.patient):
            each.urls = self.urls
        await ready(stage)
        await self._newer()
        self._go(people.team.work)
        self._go(mails.post)
        self.urls.append(self.new_web.url)
        shares = self._shares(stage)
        await self._wait("both serve and send")
        await self._until_both_did(shares)

        self.urls.remove(self.old_web.url)
        await asyncio.sleep(TURNED_SECONDS)
        await self._end(self.old_web)
        await self._wait("only the older worker is left")
        await self._end(self.old_worker)
        await self._wait("the older version is gone")
        self.stop.set()
        await asyncio.gather(*self.going_on)
        return people

    def cancel(self) -> None:
        for each in self.going_on:
            each.cancel()

    def _go(self, work: Work) -> None:
        async def whole() -> None:
            await work(self.stop)

        self.going_on.append(asyncio.create_task(whole()))

    async def _wait(self, what: str) -> None:
        self.say(f"{what}; {len(self.visitors.thanked)} messages")
        await asyncio.sleep(self.part_seconds)

    async def _channels(self, world: World, hanging: FakeVendors) -> str:
        """As `stage_of` has them, by the API of the older version."""
        robot = {"type": "wecom", "webhook_url": world.fakes.add_bot("wecom", "k")}
        entries = (
            {"type": "custom", "webhook_url": world.fakes.add_hook("crm")},
            {**robot, "rate_limit_per_minute": LIMIT},
            {
                "type": "custom",
                "webhook_url": hanging.add_hook("hangs", ["hang_after"]),
                "name": "hangs",
            },
            {
                "type": "custom",
                "webhook_url": world.fakes.add_hook(LINKED),
                "name": LINKED,
                "template": LINK,
            },
        )
        made = []
        async with httpx.AsyncClient(headers=self._bearer()) as client:
            for entry in entries:
                body = {"rate_limit_per_minute": 0, **entry}
                answer = await client.post(self.old_web.url + CHANNELS, json=body)
                assert answer.status_code == 201, answer.text
                made.append(answer.json()["uid"])
        return str(made[0])

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def _read(self, stop: asyncio.Event) -> None:
        """A program and a member who has signed in at the older version, with every process."""
        async with self.reading.client(2) as client:
            signs = {"email": EMAIL, "password": PASSWORD}
            await self.reading.post(client, "/login", 303, data=signs, headers=OURS)
            cookie = {"Cookie": f"sid={client.cookies['sid']}"}
            while not stop.is_set():
                shown = await self.reading.ask(client, "GET", MESSAGES, 200, headers=self._bearer())
                pages = ["/inbox", *(f"/inbox/{each['uid']}" for each in shown.json()["items"][:1])]
                for page in pages:
                    await self.reading.ask(client, "GET", page, 200, headers=cookie)
                await asyncio.sleep(self.dice.uniform(*REST))

    async def _newer(self) -> None:
        async with httpx.AsyncClient() as client:
            said = (await client.get(f"{self.old_web.url}/readyz")).json()
        if said["schema"] != ("newer" if self.older.lacks else "ok"):
            self.faults.append(f"the older version says of its state {said}")

    def _shares(self, stage: Stage) -> Callable[[], dict[str, tuple[int, int]]]:
        """How many answers and notices came from each version since."""

        def counted() -> dict[str, tuple[int, int]]:
            served = self.visitors.patient.served + self.reading.served
            calls = [call.raw.decode() for call in stage.world.fakes.calls("hook", LINKED)]
            return {
                name: (served[url], sum(f"{url}/" in each for each in calls))
                for name, url in (("older", self.old_web.url), ("new", self.new_web.url))
            }

        before = counted()
        return lambda: {
            name: (answers - before[name][0], notices - before[name][1])
            for name, (answers, notices) in counted().items()
        }

    async def _until_both_did(self, shares: Callable[[], dict[str, tuple[int, int]]]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not all(min(each) for each in shares().values()):
            if time.monotonic() > deadline:
                self.faults.append("one version has not done its part beside the other")
                break
            await asyncio.sleep(0.1)
        for name, (answers, notices) in shares().items():
            self.say(f"meanwhile the {name} version gave {answers} answers, sent {notices} notices")

    async def _end(self, child: Child) -> None:
        if code := await child.stopped(STOP_SECONDS):
            self.faults.append(f"the older {child.verb} ended with {code}")


async def _web(made: Callable[..., Child]) -> Child:
    port = free_port()
    return await made("web", PORT=port, LEAVEMSG_BASE_URL=base_of(port), **PROXY).start()


async def _worker(made: Callable[..., Child], web: Child) -> Child:
    return await made("worker", LEAVEMSG_BASE_URL=web.url).start()
