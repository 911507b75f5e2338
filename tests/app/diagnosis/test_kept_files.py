"""Where visitors' files are kept, and who looks at them first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from app.diagnosis import kept_files
from app.files import store
from app.settings import Settings
from app.tables import Organization, VisitorFile, new_id
from tests.fakes.clamd import FakeClamd
from tests.fakes.s3 import FakeS3


async def test_what_they_weigh(org: Organization, configure: Callable[..., Settings]) -> None:
    settings = configure(LEAVEMSG_FILES_MB=10)
    assert await kept_files.look(settings) == []
    f = VisitorFile
    uid, old = new_id(), dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    row = {f.id: uid, f.organization: org.id, f.name: "a", f.kind: "b", f.created_at: old}
    await f.insert(f({**row, f.size: 1}))
    [lost] = await kept_files.look(settings)
    assert (lost.state, "in common" in lost.said) == ("fail", True)
    await store.put(org.id, str(uid), b"x")
    for megabytes, state in ((1, "ok"), (9.5, "warn"), (11, "fail")):
        await f.update({f.size: int(megabytes * 1024 * 1024)}, force=True)
        [found] = await kept_files.look(settings)
        assert found.state == state, found.line()


async def test_store_and_scanner_are_tried(configure: Callable[..., Settings]) -> None:
    assert await kept_files.outside(configure()) == []
    async with FakeS3() as store, FakeClamd() as scanner:
        more = {"LEAVEMSG_FILES_URL": store.url, "LEAVEMSG_CLAMD": scanner.address}
        found = await kept_files.outside(configure(**more))
        assert [each.state for each in found] == ["ok", "ok"]
        assert store.objects == {}
        wrong = store.url.replace("AKFAKE", "AKOTHER")
        found = await kept_files.outside(
            configure(LEAVEMSG_FILES_URL=wrong, LEAVEMSG_CLAMD="127.0.0.1:1")
        )
        assert [each.state for each in found] == ["fail", "fail"]
        assert "fake/secret" not in "".join(each.line() for each in found)
