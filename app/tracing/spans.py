"""Spans: what took how long, and what it belongs to. Nothing happens while nobody wants them."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Literal, Protocol

Kind = Literal["internal", "server", "client"]
Value = str | int


class Span(Protocol):
    def rename(self, name: str) -> None: ...

    def set(self, **facts: Value) -> None: ...

    def fail(self, why: str) -> None: ...


class Tracer(Protocol):
    """What `app.tracing.exporting` has, with the library."""

    def span(
        self,
        name: str,
        kind: Kind,
        *,
        traces: Sequence[str] | None,
        begins: str,
        caller: str,
        start: int | None,
        facts: dict[str, Value],
    ) -> contextlib.AbstractContextManager[Span]: ...

    def past(self, name: str, start: int, end: int) -> None: ...


class _Nothing:
    def rename(self, name: str) -> None:
        pass

    def set(self, **facts: Value) -> None:
        pass

    def fail(self, why: str) -> None:
        pass


NOTHING: Span = _Nothing()
_tracer: Tracer | None = None


def use(tracer: Tracer | None) -> None:
    global _tracer
    _tracer = tracer


def on() -> bool:
    return _tracer is not None


def span(
    name: str,
    kind: Kind = "internal",
    *,
    traces: Sequence[str] | None = None,
    begins: str = "",
    caller: str = "",
    start: int | None = None,
    **facts: Value,
) -> contextlib.AbstractContextManager[Span]:
    """Of this block, within the span around it; `traces` are those of the submissions that it
    follows from instead, of which several are only linked. `begins` is the trace that this is the
    submission of. `caller` is a header traceparent, which is only linked: visitors decide nothing.
    `start`: nanoseconds of the wall clock, if it began earlier. No fact may name a person."""
    if _tracer is None:
        return contextlib.nullcontext(NOTHING)
    return _tracer.span(
        name, kind, traces=traces, begins=begins, caller=caller, start=start, facts=facts
    )


def past(name: str, start: int, end: int) -> None:
    """One that is over already, within the span around it."""
    if _tracer is not None:
        _tracer.past(name, start, end)
