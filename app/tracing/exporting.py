"""Spans by OpenTelemetry, told by OTLP over HTTP. Imported only when somebody wants them."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Sequence
from contextvars import ContextVar

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.trace.status import Status, StatusCode

from app.tracing import spans
from app.tracing.ids import span_of
from app.tracing.spans import Kind, Value

KINDS = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
}
STANDARD = {
    "method": "http.request.method",
    "route": "http.route",
    "status": "http.response.status_code",
}
STOP_SECONDS = 3.0
"""A collector that is away must not hold up a stop."""
_ids: ContextVar[tuple[int, int] | None] = ContextVar("ids", default=None)


class _Ids(RandomIdGenerator):
    """A submission's span has the ids that every process derives."""

    def generate_trace_id(self) -> int:
        given = _ids.get()
        return given[0] if given else super().generate_trace_id()

    def generate_span_id(self) -> int:
        given = _ids.get()
        return given[1] if given else super().generate_span_id()


class _Made:
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def set(self, **facts: Value) -> None:
        self._span.set_attributes({_named(name): value for name, value in facts.items()})

    def fail(self, why: str) -> None:
        self._span.set_status(Status(StatusCode.ERROR, why))


class Exporting:
    """`resource` and sampler come from the variables of OpenTelemetry, where they say something."""

    def __init__(self, version: str) -> None:
        said = Resource.create()
        ours = {"service.version": version}
        if str(said.attributes["service.name"]).startswith("unknown_service"):
            ours["service.name"] = "leavemsg"
        resource = said.merge(Resource(ours))
        self._provider = TracerProvider(
            resource=resource, id_generator=_Ids(), shutdown_on_exit=False
        )
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("leavemsg", version)

    @contextlib.contextmanager
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
    ) -> Iterator[_Made]:
        around = trace.get_current_span()
        context, links = self._place(traces, begins, caller)
        given = (int(begins, 16), int(span_of(begins), 16)) if begins else None
        token = _ids.set(given)
        try:
            made = self._tracer.start_span(
                name,
                context=context,
                kind=KINDS[kind],
                links=links,
                start_time=start,
                attributes={_named(fact): value for fact, value in facts.items()},
                record_exception=False,
                set_status_on_exception=False,
            )
        finally:
            _ids.reset(token)
        if begins and around.get_span_context().is_valid:
            around.add_link(made.get_span_context())
        with trace.use_span(
            made, end_on_exit=True, record_exception=False, set_status_on_exception=False
        ):
            try:
                yield _Made(made)
            except BaseException as error:
                # Its text may quote a visitor.
                made.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def past(self, name: str, start: int, end: int) -> None:
        self._tracer.start_span(name, start_time=start).end(end)

    def _place(
        self, traces: Sequence[str] | None, begins: str, caller: str
    ) -> tuple[Context | None, list[Link]]:
        """What a span hangs from; None: from the one around it."""
        if begins:
            around = trace.get_current_span().get_span_context()
            return Context(), [Link(around)] if around.is_valid else []
        if caller:
            given = TraceContextTextMapPropagator().extract({"traceparent": caller}, Context())
            known = trace.get_current_span(given).get_span_context()
            return Context(), [Link(known)] if known.is_valid else []
        if traces is None:
            return None, []
        origins = [self._origin(each) for each in dict.fromkeys(traces)]
        if len(origins) == 1:
            return trace.set_span_in_context(NonRecordingSpan(origins[0]), Context()), []
        return Context(), [Link(each) for each in origins]

    def _origin(self, of: str) -> SpanContext:
        """The span of a submission, sampled or not as the process decided that took it."""
        number = int(of, 16)
        decided = self._provider.sampler.should_sample(None, number, "submission").decision
        taken = decided == Decision.RECORD_AND_SAMPLE
        flags = TraceFlags(TraceFlags.SAMPLED if taken else TraceFlags.DEFAULT)
        return SpanContext(number, int(span_of(of), 16), is_remote=True, trace_flags=flags)

    async def stop(self) -> None:
        """Tells what is left, if somebody takes it."""
        ending = threading.Thread(target=self._provider.shutdown, daemon=True)
        ending.start()
        await asyncio.to_thread(ending.join, STOP_SECONDS)


def _named(fact: str) -> str:
    """As OpenTelemetry calls it; what is ours alone is below leavemsg."""
    return STANDARD.get(fact, f"leavemsg.{fact}")


def start(version: str) -> Exporting:
    made = Exporting(version)
    spans.use(made)
    return made
