"""What a process left that was killed."""

from __future__ import annotations

import os
import time
from pathlib import Path

from app.backup import left

HOUR = 3600
OURS = (
    "leavemsg-backup-abcdefgh.part/x.lmbak",
    "leavemsg-verify-a1_b2c3d.part/restored.sqlite",
    "leavemsg-opened-a1_b2c3d.part/leavemsg-20261130T031500Z.lmbak",
    "leavemsg-20261130T031500Z.lmbak.part",
    "leavemsg-20261130T031500Z.lmbak.age.part",
)
OTHERS = (
    *("leavemsg-20261130T031500Z.lmbak", "film.part", "leavemsg-notes.part", "leavemsg.sqlite"),
    *("leavemsg-backup-20261130/x", "leavemsg-backup-archives/x", "leavemsg-backup-old/x"),
)


def put(folder: Path, name: str, age: float) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    moment = time.time() - age
    for each in {path, path.parent} - {folder}:
        os.utime(each, (moment, moment))


def test_only_what_is_ours_and_old_goes(tmp_path: Path) -> None:
    for name in (*OURS, *OTHERS):
        put(tmp_path, name, 3 * HOUR)
    left.clear(tmp_path, left.ALL, 4 * HOUR)
    assert len(list(tmp_path.iterdir())) == len(OURS) + len(OTHERS)
    # Where others lie, too, only halves go.
    left.clear(tmp_path, left.HALVES, 2 * HOUR)
    assert len(list(tmp_path.iterdir())) == 3 + len(OTHERS)
    left.clear(tmp_path, left.ALL, 2 * HOUR)
    there = sorted(each.name for each in tmp_path.iterdir())
    assert there == sorted(each.partition("/")[0] for each in OTHERS)


def test_a_folder_whose_file_still_grows_stays(tmp_path: Path) -> None:
    put(tmp_path, OURS[0], 3 * HOUR)
    os.utime(tmp_path / OURS[0])
    left.clear(tmp_path, left.ALL, 2 * HOUR)
    assert (tmp_path / OURS[0]).exists()
