"""What can go wrong before a platform has said anything."""

from __future__ import annotations

from typing import get_args

import pytest

from app.channels import wire
from app.egress import OutboundError, Reason

REASONS: tuple[Reason, ...] = get_args(Reason)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_a_hint(reason: Reason) -> None:
    error = wire.unreachable(OutboundError(reason))

    assert error.hint
    assert (error.code, error.left) == (reason, False)
    lasting = reason in ("address_refused", "proxy_unfit")
    assert error.outcome == ("permanent_config" if lasting else "retry")


@pytest.mark.parametrize("reason", ["timeout", "reset", "bad_answer"])
def test_what_was_written_may_have_arrived(reason: Reason) -> None:
    error = wire.unreachable(OutboundError(reason, written=True, connected=True))

    assert (error.outcome, error.left) == ("unknown", True)


def test_silence_is_answered_with_patience() -> None:
    assert wire.unreachable(OutboundError("timeout")).after == 60
    assert wire.unreachable(OutboundError("reset")).after is None
