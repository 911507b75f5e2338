"""What custom webhooks and endpoints of events share."""

from __future__ import annotations

from typing import Any

import pytest

from app.channels import kinds
from app.channels.sender import Parcel
from app.channels.statuses import by_status
from app.egress.client import Client
from app.egress.way import Answer
from tests.fakes.vendors import FakeVendors

EVENT = {"id": "e1", "type": "message.created", "timestamp": "2026-11-30T02:00:00Z", "data": {}}
PARCELS = {
    "custom": Parcel(id="d1", kind="ping"),
    "events": Parcel(id="d1", kind="event", event=EVENT),
}
KINDS = pytest.mark.parametrize("kind", PARCELS)


def sender(kind: str, **raw: Any) -> Any:
    return kinds.parse({"type": kind, **raw})


@KINDS
async def test_a_header_of_the_admins_goes_in_place_of_ours(
    kind: str, egress: Client, fakes: FakeVendors
) -> None:
    given = {"content-type": "application/vnd.desk+json", "X-Own": "1"}
    made = sender(kind, webhook_url=fakes.add_hook("crm"), headers=given)
    names = [name.lower() for name in made.written(PARCELS[kind]).headers]
    assert len(names) == len(set(names))
    await made.send(PARCELS[kind], egress)
    (call,) = fakes.calls("hook", "crm")
    assert call.header("content-type") == "application/vnd.desk+json"
    assert (call.header("x-own"), call.header("accept")) == ("1", "*/*")


@KINDS
def test_a_program_that_quotes_a_key_does_not_tell_it(kind: str) -> None:
    made = sender(
        kind,
        webhook_url="https://receiver.example/in/70ken%20with%20blanks%2F%E5%AF%86",
        headers={"Authorization": "Basic 5ec2e75ec2e7"},
    )
    said = "/in/70ken with blanks/密 not found, with 5ec2e75ec2e7"
    answer = Answer(404, {}, said.encode(), truncated=False, duration_ms=1)
    error = by_status(answer, PARCELS[kind], made.secrets())
    assert error.response == "/in/•••• not found, with ••••"


@KINDS
def test_it_is_known_by_the_end_of_its_address(kind: str) -> None:
    made = sender(kind, webhook_url="https://receiver.example/hooks/of-the-shop/orders")
    tail = type(made).tail(kinds.masked(made))
    assert tail == "eceiver.example/hooks/of-the-shop/orders"
