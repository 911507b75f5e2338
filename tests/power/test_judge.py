"""Each judge finds what it is for, in traces as strace writes them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.power.calls import Call, Unforeseen, read
from tests.power.disk import CUTS, Disk
from tests.power.judge import cuts, order, whole

DB = "/d/leavemsg.sqlite"
UID = "01a22d00-ea1f-7574-ac0c-ab5a38d65fc4"
WITHIN, COMMIT = (
    f'7 pwrite64(5<{DB}-wal>, "\\0\\0\\0\\1\\0\\0\\0\\{n}{"x" * 16}", 24, 32) = 24' for n in "01"
)
ROW = f'7 pwrite64(5<{DB}-wal>, "{UID}{"-" * 4060}", 4096, 56) = 4096'
OTHER = f'7 pwrite64(5<{DB}-wal>, "{"-" * 4096}", 4096, 4176) = 4096'
SYNC = f"7 fdatasync(5<{DB}-wal>) = 0"
SYNC_BEGINS = f"7 fdatasync(5<{DB}-wal> <unfinished ...>"
SYNC_ENDS = "7 <... fdatasync resumed>) = 0"
SYNC_FAILS = f"7 fdatasync(5<{DB}-wal>) = -1 EIO (Input/output error)"
HEAD = '8 write(9<socket:[4]>, "HTTP/1.1 201 Created\\r\\na: b\\r\\n\\r\\n", 30) = 30'
BODY = f'8 write(9<socket:[4]>, "{{\\"uid\\":\\"{UID}\\"}}", 50) = 50'


def lines(*said: str) -> list[bytes]:
    return [f"{line}\n".encode() for line in said]


def test_an_answer_may_leave_when_the_sync_that_began_after_its_commit_has_returned() -> None:
    for good in (
        (COMMIT, ROW, SYNC, HEAD, BODY),
        (WITHIN, ROW, COMMIT, OTHER, SYNC_BEGINS, SYNC_ENDS, HEAD, BODY),
    ):
        found = order(lines(*good), DB)
        assert (found.answers, found.faults) == (1, []), good


@pytest.mark.parametrize(
    "early",
    [
        (HEAD, BODY),
        (COMMIT, ROW, HEAD, BODY, SYNC),
        (COMMIT, ROW, HEAD, SYNC, BODY),
        (COMMIT, ROW, SYNC_BEGINS, HEAD, BODY, SYNC_ENDS),
        (SYNC_BEGINS, COMMIT, ROW, SYNC_ENDS, HEAD, BODY),
        (WITHIN, ROW, SYNC, COMMIT, OTHER, HEAD, BODY),
        (COMMIT, ROW, SYNC_FAILS, HEAD, BODY),
        (COMMIT, ROW, SYNC.replace("-wal", ""), HEAD, BODY),
    ],
    ids=[
        "nothing written",
        "no sync",
        "its head",
        "sync under way",
        "sync of what was before",
        "not committed",
        "sync failed",
        "sync of another file",
    ],
)
def test_an_answer_that_leaves_too_early_is_found(early: tuple[str, ...]) -> None:
    found = order(lines(*early), DB)
    assert (found.answers, len(found.faults)) == (1, 1)


def test_what_cannot_be_read_is_no_proof() -> None:
    for odd in (
        ROW.replace("= 4096", "= 512"),
        ROW.replace('", 4096', '"..., 4096'),
        f'7 pwritev(5<{DB}-wal>, [{{iov_base="x", iov_len=1}}], 1, 0) = 1',
        '8 writev(9<socket:[4]>, [{iov_base="HTTP/1.1 201 Created", iov_len=20}], 1) = 20',
    ):
        with pytest.raises(Unforeseen):
            list(read(lines(odd)))


def write(path: str, data: bytes, at: int, began: int) -> Call:
    return Call(name="pwrite64", path=path, data=data, at=at, began=began, ended=began)


def sync(path: str, began: int) -> Call:
    return Call(name="fdatasync", path=path, began=began, ended=began)


def test_a_cut_leaves_all_that_was_synced_and_any_sectors_of_the_rest() -> None:
    disk, dice = Disk(), random.Random(3)
    for call in (write("/d/a", b"s" * 1024, 0, 1), write("/d/b", b"s", 0, 2)):
        disk.begin(call)
    disk.end(sync("/d/a", 3))
    disk.begin(write("/d/a", b"n" * 2048, 512, 4))

    assert disk.after_cut("nothing", dice) == {"/d/a": b"s" * 1024}
    assert disk.after_cut("all", dice) == {"/d/a": b"s" * 512 + b"n" * 2048, "/d/b": b"s"}
    left = {disk.after_cut("any sectors", dice).get("/d/a") for _ in range(200)}
    assert all(each and each.startswith(b"s" * 512) for each in left)
    assert b"s" * 1024 + bytes(512) + b"n" * 512 in left  # The third sector without the second.
    torn = {len(disk.after_cut("torn last", dice)["/d/a"]) for _ in range(200)}
    assert torn == {1024, 1536, 2048, 2560}


def test_a_name_that_was_removed_may_be_there_until_its_folder_is_synced() -> None:
    disk, dice = Disk(), random.Random(1)
    disk.begin(write("/d/a", b"s", 0, 1))
    disk.end(sync("/d/a", 2))
    disk.begin(Call(name="unlink", path="/d/a", began=3, ended=3))
    assert (disk.after_cut("nothing", dice), disk.after_cut("all", dice)) == ({"/d/a": b"s"}, {})
    disk.end(sync("/d", 4))
    assert disk.after_cut("nothing", dice) == {}


def test_a_row_that_is_gone_and_a_file_that_does_not_open_are_found(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "made") as made:
        made.execute("CREATE TABLE message (id TEXT)")
        made.execute("INSERT INTO message VALUES (?)", [UID])
    made.close()
    content = (tmp_path / "made").read_bytes()

    assert whole({DB: content}, {UID}, tmp_path) == []
    assert whole({DB: content}, {UID, "another"}, tmp_path) == ["1 of 2 rows are gone"]
    assert whole({}, {UID}, tmp_path) == ["there is no database"]
    broken = whole({DB: b"x" * len(content)}, {UID}, tmp_path)
    assert broken == ["it does not open: file is not a database"]
    half = bytearray(content)
    half[4096 + 1 :] = bytes(len(half) - 4097)
    assert whole({DB: bytes(half)}, set(), tmp_path) != []


def test_cuts_come_after_each_sync_in_every_kind_with_what_was_told_by_then() -> None:
    def trace() -> Iterator[bytes]:
        for _ in range(8):
            yield from lines(COMMIT, ROW, SYNC, *[OTHER] * 30, HEAD, BODY)

    found = list(cuts(trace(), DB, among=8, most=8, dice=random.Random(1)))
    assert [kind for kind, _, _ in found] == list(CUTS) * 2
    assert (found[0][2], found[-1][2]) == (set(), {UID})
    assert all(len(files[f"{DB}-wal"]) >= 56 + 4096 for _, files, _ in found)
