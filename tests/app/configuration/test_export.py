"""The configuration as a document."""

from __future__ import annotations

import msgspec

from app.configuration.export import export
from app.tables import Organization
from tests.app.configuration.conftest import HOOK, OTHER, SALES, SECRETS, applied


async def test_secrets_are_names_of_variables_and_no_name_is_there_twice(
    org: Organization,
) -> None:
    email = {
        "name": "邮件",
        "type": "email",
        "smtp_config": {
            "host": "smtp.example.com",
            "port": 465,
            "secure": True,
            "auth": {"user": "a@example.com", "pass": "env:AUTH"},
        },
        "to": ["b@example.com"],
    }
    await applied(org, {"channels": [SALES, HOOK, OTHER, email]})
    document, variables = await export(org, ("channels",))
    assert variables == [
        "WECOM_WEBHOOK_URL",
        "CUSTOM_1_WEBHOOK_URL",
        "CUSTOM_1_HEADERS_AUTHORIZATION",
        "CUSTOM_2_WEBHOOK_URL",
        "EMAIL_SMTP_CONFIG_AUTH_PASS",
    ]
    text = msgspec.json.encode(document).decode()
    assert [secret for secret in SECRETS if secret in text] == []
    assert text.count("env:") == len(variables)
    assert "uid" not in text


async def test_channels_of_one_name_keep_their_uids(org: Organization) -> None:
    await applied(org, {"channels": [HOOK, {**OTHER, "name": HOOK["name"]}, SALES]})
    document, _ = await export(org, ("channels",))
    assert [("uid" in each) for each in document["channels"]] == [True, True, False]
