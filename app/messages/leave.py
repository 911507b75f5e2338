"""Leaving a message: stored with all its deliveries in one transaction, then the queue is woken."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec
from structlog.contextvars import bind_contextvars

from app import database, queue
from app.blocks.match import Caught
from app.database.batch import Batch
from app.deliveries.flood import owe_flood
from app.deliveries.more import owe_again
from app.deliveries.owe import Listener, chosen, heeding, insert, listening, lock, named, owe
from app.deliveries.owed import Owed
from app.deliveries.personal.owe import Given, owe_assigned, owe_reminders
from app.deliveries.places import SLACK
from app.deliveries.quota import quota
from app.errors import Conflict
from app.feed import write as feed
from app.fields.check import Answers
from app.files.join import free, join
from app.messages import events, ruled, same, search, statements, tags
from app.messages.events import Happened
from app.messages.ruled import QUIET
from app.messages.stored import LEFT, Stored
from app.messages.submission import Left, Submission, Visit, submitted
from app.metrics.counted import MESSAGES
from app.reading.pages import site_of
from app.rules import reminders
from app.rules import stored as rules
from app.rules.turns import NOBODY, turns
from app.signed import reference
from app.signed.upload import Upload
from app.tables import Organization, new_id
from app.targets.due import in_force as targets_in_force
from app.text import clean_line
from app.tracing import spans
from app.tracing.ids import trace_of

log = logging.getLogger(__name__)


async def leave(
    org: Organization,
    answers: Answers,
    visit: Visit,
    *,
    submission_id: str,
    spam: str = "",
    block: Caught | None = None,
    files: tuple[Upload, ...] = (),
) -> Left:
    """Returns after the commit. `spam` is why it is set aside, `block` the entry of the block list
    that does so. Raises Conflict when the id was used for other contents."""
    bind_contextvars(trace_id=(trace := trace_of(org.id, submission_id)))
    submission = submitted(org, answers, visit, submission_id, spam=spam, block=block, files=files)
    with spans.span("submission", begins=trace):
        return await _together(org.id, submission)


async def _commit(
    organization: uuid.UUID, submissions: Sequence[Submission]
) -> list[Left | Exception]:
    try:
        return await _store(Ledger(organization), submissions)
    except database.Taken:
        # The next reference exists already, from another secret key or a count that was set back.
        log.warning("a number was taken", extra={"organization": str(organization)})
        return await _store(Ledger(organization, passing_over=True), submissions)


async def _store(ledger: Ledger, submissions: Sequence[Submission]) -> list[Left | Exception]:
    async with database.transaction():
        await ledger.open(submissions)
        answers = [ledger.enter(submission) for submission in submissions]
        await ledger.write()
    for row in ledger.rows:
        MESSAGES.add("spam" if row.spam_reason else "repeat" if row.repeat_of else "new")
    if ledger.owed or ledger.flooded or ledger.org.feed_from is not None:
        queue.wake(ledger.organization, ledger.wakes)
    return answers


_together: Batch[uuid.UUID, Submission, Left] = Batch(_commit)

CORRECTIONS_MAX = 3
"""For one text; more phones than that are no corrections."""


class Ledger:
    """One transaction's worth of submissions of one organization, whose row lock it holds."""

    def __init__(
        self,
        organization: uuid.UUID,
        *,
        passing_over: bool = False,
        at: dt.datetime | None = None,
    ) -> None:
        self.organization = organization
        self.at = at
        self.passing_over = passing_over
        self.free: list[str] = []
        """References that are free, when those already taken are skipped."""
        self.rows: list[Stored] = []
        self.owed: list[Owed] = []
        self.repeats: dict[uuid.UUID, int] = {}
        self.others: dict[uuid.UUID, dt.datetime] = {}
        self.flooded: uuid.UUID | None = None
        self.wakes = 0
        self.tagged: dict[uuid.UUID, list[str]] = {}
        self.story: dict[str, list[Happened]] = {}
        """What rules did, by their names."""
        self.blocked: list[Happened] = []
        self.files: dict[uuid.UUID, tuple[Upload, ...]] = {}

    async def open(self, submissions: Sequence[Submission]) -> None:
        self.org = org = await lock(self.organization, new=len(submissions), at=self.at)
        self.now = org.now
        self.wakes = org.wakes
        self.count = org.messages - len(submissions)
        self.searched = org.searched
        if self.passing_over:
            await self._pass_over(len(submissions))
        self.window = dt.timedelta(seconds=org.dedup_window_seconds)
        ids = {submission.id for submission in submissions}
        known = await statements.known(
            self.organization,
            list(ids),
            [submission.fingerprint for submission in submissions],
            self.now - self.window,
            odd=any(submission.spam for submission in submissions),
        )
        self.by_id = {row.submission_id: row for row in known if row.submission_id in ids}
        self.firsts = {row.fingerprint: row for row in known if self._may_be_repeated(row)}
        self.told: dict[uuid.UUID, list[Stored]] = {}
        for row in known:
            if row.repeat_of is not None and row.told_at is not None:
                self.told.setdefault(row.repeat_of, []).append(row)
        self.shadows = {row.fingerprint: row for row in known if self._is_shadow(row)}
        self.channels = await listening(self.organization)
        brands = {submission.visit.brand for submission in submissions}
        self.rules = {each: await rules.in_force(self.organization, each) for each in brands}
        self.turns = NOBODY
        if any(each.takes_turns for each in self.rules.values()):
            self.turns = await turns(self.organization, self.now)
        self.reminders = await reminders.by_brand(self.organization, brands)
        self.due: dict[
            tuple[uuid.UUID | None, str, str], list[tuple[str, uuid.UUID, dt.datetime]]
        ] = {}
        self.targets = {each: await targets_in_force(self.organization, each) for each in brands}
        self.answer_by: dict[tuple[uuid.UUID | None, str], dt.datetime | None] = {}
        addresses = [each.answers.email for each in submissions if not each.spam]
        self.quota = await quota(self.organization, org, addresses)
        sent = [upload for each in submissions for upload in each.files]
        self.loose = await free(self.organization, sent)

    async def _pass_over(self, needed: int) -> None:
        self.free, self.count = await reference.free(self.organization, self.count, needed)
        await Organization.update({Organization.messages: self.count}).where(
            Organization.id == self.organization
        )

    def _reference(self) -> str:
        if self.passing_over:
            return self.free.pop(0)
        self.count += 1
        return reference.of(self.organization, self.count)

    def _may_be_repeated(self, row: Stored) -> bool:
        return (
            row.repeat_of is None
            and row.status == "pending"
            and row.told_at is not None
            # Told "in the future": the clock was set back since, so this is news.
            and self.now - self.window < row.told_at <= self.now + SLACK
        )

    def _is_shadow(self, row: Stored) -> bool:
        """Whether it is the first of its text among those set aside."""
        return (
            row.repeat_of is None
            and row.told_at is None
            and row.created_at > self.now - self.window
        )

    def enter(self, submission: Submission) -> Left | Exception:
        known = self.by_id.get(submission.id)
        if known is not None:
            return self._again(known, submission)
        first = self.firsts.get(submission.fingerprint)
        if submission.spam:
            return self._set_aside(submission, first)
        row = self._row(submission, first)
        self.rows.append(row)
        self.by_id[submission.id] = row
        if first is not None:
            self._repeat(first, row)
        else:
            self.firsts[submission.fingerprint] = row
            self._rule(row)
            self._tell(row)
            self._remind(row)
            self.owed += self.quota.owed(row.id, row.email)
        return _left(row)

    def _set_aside(self, submission: Submission, first: Stored | None) -> Left:
        """Stores it uncounted and without deliveries. Its sender gets the usual answer, also for a
        repeat."""
        first = first or self.shadows.get(submission.fingerprint)
        row = self._row(submission, first)
        self.rows.append(row)
        self.by_id[submission.id] = row
        if first is None:
            self.shadows[submission.fingerprint] = row
        elif same.again(first, row):
            row.shown_reference = first.reference
        if submission.block:
            caught = msgspec.structs.asdict(submission.block)
            self.blocked.append(Happened(row.id, now=caught))
        if submission.spam == "flood" and self.flooded is None:
            self.flooded = row.id
        return _left(row)

    def _answer_by(self, brand: uuid.UUID | None, category: str) -> dt.datetime | None:
        key = (brand, category)
        if key not in self.answer_by:
            self.answer_by[key] = self.targets[brand].due(category, self.now)
        return self.answer_by[key]

    def _rule(self, row: Stored) -> None:
        """Does with it what the organization's rules say."""
        rules = self.rules[row.brand]
        if not rules.is_empty:
            listeners = {each.id for each in self.channels}
            done = ruled.apply(rules, row, listeners, self.turns)
            if done.story:
                row.search = search.search_text(row)
            row.due_at = self._answer_by(row.brand, row.category)
            if done.tags:
                self.tagged[row.id] = done.tags
            for did in done.story:
                happened = Happened(row.id, did.was, did.now)
                self.story.setdefault(did.rule, []).append(happened)

    def _tell(self, row: Stored) -> None:
        self.owed += [
            owe(
                channel,
                row.id,
                self.now + channel.after,
                purpose=channel.purpose,
                now=self.now,
                priority=row.priority,
            )
            for channel in self._told(row)
        ]

    def _remind(self, row: Stored) -> None:
        """Owes what is sent if nobody takes care of it in time."""
        force = self.reminders.brands[row.brand]
        if row.channels == QUIET or not force.chains:
            return
        there = {each.id: each for each in self.channels}
        key = (row.brand, row.category, row.priority)
        if key not in self.due:
            self.due[key] = list(force.due(row.category, self.now, row.priority))
        self.owed += [
            owe(there[channel], row.id, due, purpose=purpose, now=self.now, priority=row.priority)
            for purpose, channel, due in self.due[key]
            if channel in there
        ]

    def _told(self, *about: Stored) -> list[Listener]:
        """The channels that are told of any of these messages."""
        found = [
            each
            for row in about
            for each in chosen(self.channels, named(row.channels), row.priority)
        ]
        return list({each.id: each for each in found}.values())

    def _again(self, known: Stored, submission: Submission) -> Left | Exception:
        """The first answer again for a known submission id; Conflict for other contents."""
        answers = submission.answers
        said = (answers.content, answers.name, answers.phone, answers.email, answers.wechat)
        before = (known.content, known.name, known.phone, known.email, known.wechat)
        more = (answers.category, _encoded(answers.fields))
        if (*before, known.chosen, known.fields) != (*said, *more):
            return Conflict(
                "idempotency_key_reused", "This key was already used for another message"
            )
        return _left(known)

    def _repeat(self, first: Stored, row: Stored) -> None:
        """Owes no second notice, except at once for a corrected contact, and after the window for
        other people. None gets a confirmation: one text must not become mail to many addresses."""
        self.repeats[first.id] = self.repeats.get(first.id, 0) + 1
        corrections = self.told.setdefault(first.id, [])
        # A correction that was handled no longer counts: the same one again is news.
        closed = [one for one in corrections if one.status != "pending"]
        waiting = [first, *(one for one in corrections if one.status == "pending")]
        before = next((one for one in waiting if same.again(one, row)), None)
        if before is not None:
            row.status, row.shown_reference = "repeat", before.reference
            return
        self._rule(row)
        visitor = any(same.corrects(one, row) for one in (first, *corrections))
        anew = any(same.contact(one, row) for one in closed)
        if (visitor or anew) and len(corrections) < CORRECTIONS_MAX:
            row.told_at = self.now
            corrections.append(row)
            self._tell(row)
            return
        if any(same.contact(one, row) for one in waiting):
            return
        assert first.told_at is not None  # A repeat's first was always told.
        due = self.others[first.id] = first.told_at + self.window
        self.owed += [
            owe(channel, first.id, due, purpose="repeat", now=self.now, priority=first.priority)
            for channel in self._told(first, row)
            if channel.purpose == "new"
        ]

    def _row(self, submission: Submission, first: Stored | None) -> Stored:
        answers, visit = submission.answers, submission.visit
        own = self._reference()
        row = Stored(
            id=new_id(),
            organization=self.organization,
            reference=own,
            shown_reference=own,
            submission_id=submission.id,
            fingerprint=submission.fingerprint,
            repeat_of=first.id if first else None,
            told_at=None if first or submission.spam else self.now,
            name=answers.name,
            phone=answers.phone,
            email=answers.email,
            wechat=answers.wechat,
            content=answers.content,
            category=answers.category,
            fields=_encoded(answers.fields),
            labels=_encoded(answers.labels),
            consents=self._consents(answers),
            written=_encoded(answers.written),
            form_version=answers.form_version,
            spam_reason=submission.spam,
            ip=visit.ip,
            status="spam" if submission.spam else "pending",
            created_at=self.now,
            changed=self.wakes,
            activity=self.wakes,
            due_at=self._answer_by(visit.brand, answers.category),
            site=site_of(visit.page_url)[:255],
            brand=visit.brand,
            files=len([each for each in submission.files if each.uid in self.loose]),
            user_agent=clean_line(visit.user_agent)[:512],
            page_url=clean_line(visit.page_url)[:2048],
            referrer=clean_line(visit.referrer)[:1024],
            language=clean_line(visit.language)[:64],
            source=clean_line(visit.source)[:32],
            external_id=clean_line(visit.external_id)[:128],
        )
        row.search = search.search_text(row)
        if submission.files:
            self.files[row.id] = submission.files
        return row

    def _consents(self, answers: Answers) -> str:
        given = [{**msgspec.structs.asdict(each), "at": self.now} for each in answers.consents]
        return _encoded(given)

    async def write(self) -> None:
        await database.insert(LEFT, self.rows)
        await feed.left(self.organization, self.org, self.rows)
        await join(self.organization, self.files, self.now)
        await self._late()
        await self._write_ruled()
        if self.blocked:
            await events.record(
                self.organization,
                self.blocked,
                "blocked",
                by="",
                org=self.org,
            )
        for first, due in self.others.items():
            # The notice that others wrote the same may have been sent, or be cancelled.
            await owe_again("repeat", first, due)
        await insert(self.owed)
        if self.flooded is not None:
            await owe_flood(
                self.organization, self.flooded, heeding(self.channels, "low"), self.now
            )
        await statements.add_repeats(self.repeats)

    async def _late(self) -> None:
        """Another process's clock may be behind: its ids are among those of the search index."""
        late = [row for row in self.rows if self.searched and row.id <= self.searched]
        if late:
            await search.changed(late)

    async def _write_ruled(self) -> None:
        await tags.replace(self.organization, self.tagged.items())
        await self.turns.write()
        given, holders = [], {row.id: str(row.assignee) for row in self.rows}
        for name, happened in self.story.items():
            ids = await events.record(self.organization, happened, "rule", by=name, org=self.org)
            given += [
                Given(each.message, uuid.UUID(holders[each.message]), event)
                for each, event in zip(happened, ids, strict=True)
                # A later rule may have given it to somebody else.
                if each.now.get("assignee") == holders[each.message]
            ]
        await owe_assigned(self.organization, self.org, given)
        if given and self.reminders.has_assignees:
            steps = self.reminders.of_assignee
            await owe_reminders(self.organization, self.org, given, steps)


def _encoded(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _left(row: Stored) -> Left:
    return Left(
        uid=str(row.id),
        reference=row.shown_reference,
        status="pending" if row.shown_reference == row.reference else "repeat",
        duplicate=row.repeat_of is not None,
        created_at=row.created_at,
    )
