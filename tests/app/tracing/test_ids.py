"""The id of what one submission causes."""

from __future__ import annotations

import uuid

from app.tracing import ids

ORG = uuid.UUID(int=1)


def test_every_process_derives_the_same_and_nobody_else_does(configure: object) -> None:
    trace = ids.trace_of(ORG, "s1")
    assert trace == ids.trace_of(ORG, "s1")
    assert len({trace, ids.trace_of(ORG, "s2"), ids.trace_of(uuid.UUID(int=2), "s1")}) == 3
    assert (len(trace), len(ids.span_of(trace))) == (32, 16)
    assert int(trace, 16)
    assert "s1" not in trace


def test_each_is_listed_once() -> None:
    assert ids.listed(["a", "b", "a"]) == "a b"
