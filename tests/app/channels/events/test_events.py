"""An endpoint of another program: what it wants, what it is sent, and what its answers mean."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from app.channels import kinds
from app.channels.events import EventEndpoint
from app.channels.events.types import EventType, said
from app.channels.sender import Parcel
from app.egress.client import Client
from app.errors import Invalid, SendError
from app.feed.catalogue import NAMES
from tests.fakes.vendors import FakeVendors

URL = "https://receiver.example/hook"
EVENT = {"id": "e1", "type": "message.created", "timestamp": "2026-11-30T02:00:00Z", "data": {}}


def endpoint(**more: Any) -> EventEndpoint:
    made = kinds.parse({"type": "events", "webhook_url": URL, **more})
    assert isinstance(made, EventEndpoint)
    return made


def test_every_type_of_the_catalogue_can_be_chosen() -> None:
    assert get_args(EventType) == NAMES == tuple(said())


def test_a_secret_is_made_where_none_is_given_and_never_shown() -> None:
    made = endpoint()
    assert made.signing_secret.startswith("whsec_")
    assert made.signing_secret not in str(kinds.masked(made))
    assert endpoint().signing_secret != made.signing_secret


def test_what_can_never_work_is_said_at_once(egress: Client) -> None:
    wrong = endpoint(
        webhook_url="https://10.0.0.1/hook",
        signing_secret="abc",
        headers={"webhook-id": "x"},
    )
    with pytest.raises(Invalid) as refused:
        wrong.check(egress)
    assert [each.pointer for each in refused.value.problems] == [
        "/webhook_url",
        "/headers/webhook-id",
        "/signing_secret",
    ]
    with pytest.raises(Invalid):
        endpoint(types=["message.create"])


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(400, "retry"), (401, "retry"), (404, "retry"), (410, "gone"), (302, "retry"), (503, "retry")],
)
async def test_no_answer_but_gone_is_final(
    status: int, outcome: str, egress: Client, fakes: FakeVendors
) -> None:
    """Whoever runs the program mends it, and then wants all that happened."""
    made = endpoint(webhook_url=fakes.add_hook("crm", [{"status": status}]))
    with pytest.raises(SendError) as refused:
        await made.send(Parcel(id="d1", kind="event", event=EVENT), egress)
    assert refused.value.outcome == outcome


async def test_an_event_that_is_gone_is_not_sent(egress: Client) -> None:
    with pytest.raises(SendError) as refused:
        await endpoint().send(Parcel(id="d1", kind="event"), egress)
    assert refused.value.code == "nothing_to_send"
