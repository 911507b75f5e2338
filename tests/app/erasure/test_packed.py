"""What is kept leaves as one ZIP file."""

from __future__ import annotations

import zipfile

import pytest

from app.erasure import packed


async def test_it_is_at_its_start_when_it_is_whole() -> None:
    async with packed.archive() as (archive, made):
        await packed.write(archive, "a.txt", [b"one", b"two"])
        await packed.write(archive, "nothing.txt", [])
    with made:
        assert made.tell() == 0
        found = zipfile.ZipFile(made)
        assert {name: found.read(name) for name in found.namelist()} == {"a.txt": b"onetwo"}


async def test_one_that_breaks_off_leaves_nothing_behind() -> None:
    with pytest.raises(RuntimeError):
        async with packed.archive() as (_, made):
            raise RuntimeError
    assert made.closed
