"""The id under which everything that one submission causes is found, in the form of W3C Trace
Context. Every process derives it from what is stored anyway: nothing travels with the work."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from app.secrets import keyed_hash

TRACES_MAX = 20
"""Of one send that carries many messages."""


def trace_of(organization: uuid.UUID, submission: str) -> str:
    """32 hexadecimal digits. Whoever knows the submission's id, which its sender may have made up,
    cannot tell the one from the other."""
    return keyed_hash("trace", f"{organization} {submission}")


def span_of(trace: str) -> str:
    """16 digits: the span of the submission itself, which all others descend from."""
    return keyed_hash("span", trace)[:16]


def listed(traces: Sequence[str]) -> str:
    """For a log line."""
    return " ".join(dict.fromkeys(traces))
