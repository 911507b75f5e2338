"""What is asked of who signs in, and when secrets are renewed."""

from __future__ import annotations

from app.configuration import parts
from app.people import organizations, sign_in_policy
from app.tables import Organization
from tests.app.configuration.conftest import applied, changes, faults, planned

ASKED = {"required": "admins", "device_days": 0, "passkeys": False}


async def test_what_is_left_out_is_as_at_first(org: Organization) -> None:
    await applied(org, {"sign_in": ASKED, "rotation": {"secret_days": 90}})
    assert await parts.read(org, ("sign_in", "rotation")) == {
        "sign_in": ASKED,
        "rotation": {"secret_days": 90},
    }
    asked = sign_in_policy.of(await organizations.by_id(org.id))
    assert (asked.mail_reset, asked.since is not None) == (True, True)
    found = await planned(org, {"sign_in": {"required": "admins"}, "rotation": {}})
    assert changes(found) == [
        ("removed", "sign_in passkeys"),
        ("removed", "sign_in device_days"),
        ("removed", "rotation secret_days"),
    ]


async def test_what_cannot_be_asked_is_refused(org: Organization) -> None:
    document = {
        "sign_in": {"required": "some", "since": "2026-01-01T00:00:00Z"},
        "rotation": {"secret_days": -1, "password_days": "x"},
    }
    assert await faults(org, document) == [
        ("/sign_in/since", "unknown_key"),
        ("/sign_in/required", "not_a_choice"),
        ("/rotation/password_days", "wrong_type"),
    ]
    assert await faults(org, {"rotation": {"secret_days": -1}}) == [
        ("/rotation/secret_days", "out_of_range")
    ]
