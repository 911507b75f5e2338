"""Whether traces are wanted, and what keeps them from being told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app import settings
from app.errors import Misconfigured
from app.tracing.wanted import faults, wanted

PLACE = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}


def test_they_are_off_unless_somebody_says_where_or_how() -> None:
    assert not wanted({})
    assert not wanted({"OTEL_SERVICE_NAME": "desk", "OTEL_TRACES_SAMPLER": "always_on"})
    assert not wanted({**PLACE, "OTEL_TRACES_EXPORTER": "none"})
    assert not wanted({**PLACE, "OTEL_SDK_DISABLED": "TRUE"})
    assert wanted(PLACE)
    assert wanted({"OTEL_TRACES_EXPORTER": "otlp"})
    assert faults({}) == faults(PLACE) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"OTEL_TRACES_EXPORTER": "zipkin"},
        {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "collector:4318"},
    ],
)
def test_what_is_not_spoken_is_said_and_stops_the_start(
    wrong: dict[str, str], tmp_path: Path
) -> None:
    environ = {**PLACE, **wrong, "LEAVEMSG_DATA_DIR": str(tmp_path)}
    (name,) = wrong
    with pytest.raises(Misconfigured) as caught:
        settings.load(environ)
    (line,) = caught.value.faults
    assert line.startswith(f"CONFIG {name}: ")


def test_without_the_packages_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk", None)
    (line,) = faults(PLACE)
    assert "install leavemsg[tracing]" in line
    assert faults({}) == []
