"""From where a token may be used."""

import uuid

import pytest

from app.people.token_shape import Bearer
from app.reading.networks import network_of


def token(*networks: str) -> Bearer:
    found = tuple(filter(None, map(network_of, networks)))
    assert len(found) == len(networks)
    return Bearer(
        id=uuid.uuid4(),
        organization=uuid.uuid4(),
        name="crm",
        scopes=frozenset(),
        networks=found,
    )


@pytest.mark.parametrize(
    ("networks", "address", "may"),
    [
        ((), "203.0.113.7", True),
        (("203.0.113.7",), "203.0.113.7", True),
        (("203.0.113.7",), "203.0.113.8", False),
        (("203.0.113.0/24", "2001:db8::/32"), "2001:db8::1", True),
        (("203.0.113.0/24",), "2001:db8::1", False),
        (("::ffff:203.0.113.7",), "203.0.113.7", True),
        (("::/0",), "203.0.113.7", False),
        (("0.0.0.0/0",), "203.0.113.7", True),
    ],
)
def test_a_token_may_come_from_its_networks(
    networks: tuple[str, ...], address: str, may: bool
) -> None:
    assert token(*networks).may_come_from(address) is may
