"""What must hold at every moment: an answer leaves after the sync that covers its commit, and what
is left of a power cut opens whole with all that was acknowledged."""

from __future__ import annotations

import json
import os
import random
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from tests.power.calls import Call, read
from tests.power.disk import CUTS, SYNCS, Disk, lay_out

ACKNOWLEDGED = b"HTTP/1.1 201"
FRAME_HEADER, PAGE = 24, 4096
LATER = 24
"""Lines of the trace between a sync and the cut, at most; the next sync may come sooner."""
IDS = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


class Found(msgspec.Struct):
    """What was looked at, and `faults` as sentences."""

    answers: int = 0
    syncs: int = 0
    cuts: int = 0
    torn: int = 0
    """Cuts that left something of what was not synced."""
    rows: int = 0
    """Acknowledged rows that were looked for, over all cuts."""
    faults: list[str] = []


class Answers:
    """Finds answers to submissions among the calls; head and body may be written one by one."""

    def __init__(self) -> None:
        self.heads: dict[str, int] = {}
        """By socket: the line at which an answer without its body began."""

    def told(self, call: Call, number: int) -> tuple[str, int]:
        """The id that this write tells somebody, and the line at which the answer began."""
        if call.name not in {"write", "sendto"}:
            return "", 0
        body, since = call.data, self.heads.pop(call.path, number)
        if call.data.startswith(ACKNOWLEDGED):
            _, _, body = call.data.partition(b"\r\n\r\n")
            since = number
            if not body:
                self.heads[call.path] = number
        elif since == number:
            return "", 0
        return (str(json.loads(body)["uid"]) if body else ""), since


def ours(database: str) -> Callable[[Call], bool]:
    """Whether a call is about the database's files, or their folder."""
    names = {database, f"{database}-wal", f"{database}-journal", os.path.dirname(database)}
    return lambda call: call.path in names


class Log:
    """SQLite's log as it is written: each row's way to the disk."""

    def __init__(self) -> None:
        self.written: set[str] = set()
        self.within: list[str] = []
        """Rows of the transaction that is being written."""
        self.committed: dict[str, int] = {}
        """Those that no sync covers yet; the line at which their commit's last page was written."""
        self.covered: dict[str, int] = {}
        """The line at which the sync that covers them had returned."""
        self.header = b""

    def wrote(self, call: Call) -> None:
        if len(call.data) == FRAME_HEADER:
            self.header = call.data
        if len(call.data) != PAGE:
            return
        new = {each.decode() for each in IDS.findall(call.data)} - self.written
        self.written |= new
        self.within += new
        if int.from_bytes(self.header[4:8], "big"):  # The size after a commit; 0 within one.
            self.committed.update(dict.fromkeys(self.within, call.ended))
            self.within = []

    def synced(self, sync: Call) -> None:
        for name, since in list(self.committed.items()):
            if since < sync.began:
                self.covered[name] = sync.ended
                del self.committed[name]

    def state(self, name: str) -> str:
        if name in self.covered:
            return "the sync came later"
        return "committed" if name in self.committed else "written" if name in self.written else ""


def order(lines: Iterable[bytes], database: str) -> Found:
    """Judges each answer: was its row written, was that transaction's commit written, and has a
    sync of the same file begun after that and returned before the answer began?"""
    found, log, answers = Found(), Log(), Answers()
    for moment, number, call in read(lines):
        if moment == "end" and call.path == f"{database}-wal":
            if call.name == "pwrite64":
                log.wrote(call)
            if call.name in SYNCS:
                found.syncs += 1
                log.synced(call)
        name, since = answers.told(call, number) if moment == "begin" else ("", 0)
        if name:
            found.answers += 1
            if log.covered.get(name, since) >= since:
                found.faults.append(f"{name} was answered before its sync ({log.state(name)})")
    return found


def cuts(
    lines: Iterable[bytes], database: str, *, among: int, most: int, dice: random.Random
) -> Iterator[tuple[str, dict[str, bytes], set[str]]]:
    """The files as a cut leaves them, at `most` moments spread over the `among` syncs of the trace:
    at any line between a sync and the next. With the kind of cut, and the ids that had been
    acknowledged."""
    chosen = set(dice.sample(range(among), min(most, among)))
    is_ours, disk, answers, told = ours(database), Disk(), Answers(), set[str]()
    seen, taken = 0, 0
    due: list[int] = []
    for moment, number, call in read(lines):
        due = [each - 1 for each in due]
        if moment == "begin" and (name := answers.told(call, number)[0]):
            told.add(name)
        if is_ours(call):
            disk.begin(call) if moment == "begin" else disk.end(call)
            if moment == "end" and call.name in SYNCS:
                due = [0] * len(due)
                if seen in chosen:
                    due.append(max(0, dice.randrange(-6, LATER)))
                seen += 1
        for _ in range(sum(each <= 0 for each in due)):
            kind = CUTS[taken % len(CUTS)]
            taken += 1
            yield kind, disk.after_cut(kind, dice), set(told)
        due = [each for each in due if each > 0]
    for _ in due:  # The trace ended before.
        yield "all", disk.after_cut("all", dice), set(told)


def whole(files: dict[str, bytes], told: set[str], folder: Path) -> list[str]:
    """What is wrong with the database that is left: SQLite's own check, then each row."""
    lay_out(files, folder)
    name = next((Path(path).name for path in files if path.endswith(".sqlite")), "")
    if not name:
        return ["there is no database"] if told else []
    with sqlite3.connect(folder / name) as left:
        try:
            said = [each for (each,) in left.execute("PRAGMA integrity_check")]
            tables = left.execute("SELECT 1 FROM sqlite_master WHERE name = 'message'").fetchall()
            rows = {each for (each,) in left.execute("SELECT id FROM message")} if tables else set()
        except sqlite3.DatabaseError as error:
            return [f"it does not open: {error}"]
        finally:
            left.rollback()
    faults = [] if said == ["ok"] else said[:3]
    missing = told - rows
    return faults + ([f"{len(missing)} of {len(told)} rows are gone"] if missing else [])


def judge(
    trace: Callable[[], Iterable[bytes]],
    database: str,
    *,
    most: int,
    seed: int,
    opens: Callable[[Path, set[str]], list[str]],
    every: int = 1,
) -> Found:
    """Both. `opens` is asked of every `every`th of what is left whether the product opens it and
    knows all that was told."""
    found = order(trace(), database)
    every_sync = sum(
        moment == "end" and call.name in SYNCS and ours(database)(call)
        for moment, _, call in read(trace())
    )
    dice = random.Random(seed)
    for kind, files, told in cuts(trace(), database, among=every_sync, most=most, dice=dice):
        with tempfile.TemporaryDirectory(prefix="lm-cut-") as place:
            folder = Path(place)
            faults = whole(files, told, folder)
            if found.cuts % every == 0 and not faults:
                faults += opens(folder, told)
        found.cuts += 1
        found.torn += kind != "nothing"
        found.rows += len(told)
        found.faults += [f"cut {found.cuts} ({kind}): {each}" for each in faults]
    return found
