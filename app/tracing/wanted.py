"""Whether the operator wants traces, by the variables that OpenTelemetry has for it."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
EXPORTER, DISABLED = "OTEL_TRACES_EXPORTER", "OTEL_SDK_DISABLED"
PACKAGES = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


def wanted(environ: Mapping[str, str]) -> bool:
    """Off unless an exporter or an endpoint is named: nothing leaves a machine by itself."""
    if environ.get(DISABLED, "").strip().lower() == "true":
        return False
    exporter = environ.get(EXPORTER, "").strip().lower()
    return exporter != "none" and bool(exporter or _first(environ, ENDPOINTS))


def faults(environ: Mapping[str, str]) -> list[str]:
    """A line for each thing that keeps wanted traces from being told."""
    if not wanted(environ):
        return []
    found = []
    if environ.get(EXPORTER, "otlp").strip().lower() not in {"", "otlp"}:
        found.append(f"CONFIG {EXPORTER}: is not spoken here — use otlp, or none")
    protocol = _first(environ, PROTOCOLS)
    if protocol and environ[protocol].strip() != "http/protobuf":
        found.append(f"CONFIG {protocol}: is not spoken here — use http/protobuf")
    place = _first(environ, ENDPOINTS)
    if place and not environ[place].strip().lower().startswith(("http://", "https://")):
        found.append(f"CONFIG {place}: is no address — use http://host:4318")
    if not all(map(_is_installed, PACKAGES)):
        name = place or EXPORTER
        todo = "install leavemsg[tracing], see docs/operations.md, or unset it"
        found.append(f"CONFIG {name}: needs packages that are not installed — {todo}")
    return found


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((name for name in names if environ.get(name, "").strip()), "")


def _is_installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:
        return False
