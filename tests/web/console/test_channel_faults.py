"""Each fault at its field."""

from __future__ import annotations

import pytest

from web.console import channel_faults


@pytest.mark.parametrize(
    ("kind", "pointer", "blank_name"),
    [
        ("wecom", "/webhook_url", "webhook_url"),
        ("email", "/to/0", "to"),
        ("email", "/smtp_config/auth/pass", "smtp_config/auth/pass"),
        ("email", "/smtp_config", "smtp_config/host"),
        ("custom", "/headers/Authorization", "headers"),
        ("custom", "/success/pointer", "success/pointer"),
        ("wecom", "/template", "template"),
        ("wecom", "", ""),
        ("wecom", "/elsewhere", ""),
    ],
)
def test_every_fault_finds_its_field(kind: str, pointer: str, blank_name: str) -> None:
    assert channel_faults.blank_of(kind, pointer) == blank_name
