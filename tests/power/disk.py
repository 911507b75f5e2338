"""A disk as strict as the standard allows: what was written is there after a power cut when a sync
that began after the write has returned. Of everything else any sector may be there or not."""

from __future__ import annotations

import os
import random
from pathlib import Path

from tests.power.calls import Call

SECTOR = 512
SYNCS = frozenset({"fdatasync", "fsync"})
CHANGES = frozenset({"pwrite64", "ftruncate", "unlink"})
CUTS = ("nothing", "all", "torn last", "any sectors")
"""Of what was not synced: what is there after the cut."""


class Disk:
    """`files` is what is certain, `waiting` what was asked for and is not, by path."""

    def __init__(self) -> None:
        self.files: dict[str, bytearray | None] = {}
        self.waiting: dict[str, list[Call]] = {}

    def begin(self, call: Call) -> None:
        if call.name not in CHANGES:
            return
        waiting = self.waiting.setdefault(call.path, [])
        if any(each.name == "unlink" for each in waiting):
            # A new file under the name of an old one: what was asked of that is over.
            self.files[call.path] = None
            waiting.clear()
        waiting.append(call)

    def end(self, call: Call) -> None:
        """After a sync, all that had returned before it began is certain."""
        if call.name not in SYNCS:
            return
        self._names(call)
        still = []
        for each in self.waiting.pop(call.path, []):
            if each.ended and each.ended < call.began and each.name != "unlink":
                self.files[call.path] = changed(self.files.get(call.path), each)
            else:
                still.append(each)
        if still:
            self.waiting[call.path] = still

    def _names(self, sync: Call) -> None:
        """A sync of the folder makes it certain which names are gone."""
        for path, waiting in list(self.waiting.items()):
            gone = [each for each in waiting if each.name == "unlink"]
            if sync.path == os.path.dirname(path) and gone and 0 < gone[0].ended < sync.began:
                self.files[path] = None
                del self.waiting[path]

    def after_cut(self, kind: str, dice: random.Random) -> dict[str, bytes]:
        """The files as one of CUTS leaves them."""
        found: dict[str, bytearray | None] = {
            path: None if content is None else bytearray(content)
            for path, content in self.files.items()
        }
        waiting = [call for calls in self.waiting.values() for call in calls]
        if kind == "nothing":
            waiting = []
        if kind == "torn last" and waiting:
            waiting.sort(key=lambda call: call.began)
            sectors = parts(waiting.pop())
            waiting += sectors[: dice.randrange(len(sectors) + 1)]
        if kind == "any sectors":
            share = dice.random()
            waiting = [part for call in waiting for part in parts(call) if dice.random() < share]
            dice.shuffle(waiting)
        for call in waiting:
            found[call.path] = changed(found.get(call.path), call)
        return {path: bytes(content) for path, content in found.items() if content is not None}


def parts(call: Call) -> list[Call]:
    """A write, sector by sector of the disk; anything else is one part."""
    if call.name != "pwrite64":
        return [call]
    found, at, end = [], call.at, call.at + len(call.data)
    while at < end:
        until = min(end, (at // SECTOR + 1) * SECTOR)
        data = call.data[at - call.at : until - call.at]
        found.append(Call(name=call.name, path=call.path, data=data, at=at))
        at = until
    return found


def changed(content: bytearray | None, call: Call) -> bytearray | None:
    """The content after the call; None for no file. May change what it is given."""
    if call.name == "unlink":
        return None
    content = bytearray() if content is None else content
    if call.name == "ftruncate":
        del content[call.at :]
        content.extend(bytes(call.at - len(content)))
        return content
    content.extend(bytes(max(0, call.at - len(content))))
    content[call.at : call.at + len(call.data)] = call.data
    return content


def lay_out(files: dict[str, bytes], folder: Path) -> None:
    """Writes them into a folder, by their own names."""
    for path, content in files.items():
        (folder / Path(path).name).write_bytes(content)
