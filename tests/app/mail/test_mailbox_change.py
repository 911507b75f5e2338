"""A mailbox is checked before it is saved, and its password never goes to another place unseen."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from app import outside
from app.errors import Invalid, NotFound
from app.mail import mailbox_change as change
from app.mail.mailboxes import Config, of, password, row_of
from app.tables import Organization

BOX: dict[str, Any] = {"name": "", "host": "imap.shop.example", "user": "support@shop.example"}


async def save(org: Organization, uid: Any = None, secret: str = "", **more: Any) -> uuid.UUID:
    config = Config(**{**BOX, **more})
    return await change.save(outside.egress(), org.id, uid, config, secret, by="tests")


async def test_it_is_saved_with_its_password_and_keeps_it(org: Organization) -> None:
    uid = await save(org, secret="authcode")
    assert password(await row_of(org.id, uid)) == "authcode"
    await save(org, uid, name="Support")
    assert password(await row_of(org.id, uid)) == "authcode"
    [found] = await of(org.id)
    assert (found.config.name, found.config.folder) == ("Support", "INBOX")


async def test_another_place_asks_for_the_password_again(org: Organization) -> None:
    uid = await save(org, secret="authcode")
    with pytest.raises(Invalid) as error:
        await save(org, uid, host="imap.evil.example")
    assert [(each.pointer, each.code) for each in error.value.problems] == [
        ("/secret", "enter_again")
    ]


async def test_every_fault_has_its_place(org: Organization) -> None:
    with pytest.raises(Invalid) as error:
        await save(org, host="", user="")
    assert {each.pointer for each in error.value.problems} == {*("/host", "/user", "/secret")}
    # A user who is no address needs one that people write to.
    with pytest.raises(Invalid) as error:
        await save(org, user="support", secret="x")
    assert [each.pointer for each in error.value.problems] == ["/address"]
    with pytest.raises(Invalid) as error:
        await save(org, secret="x", host="169.254.169.254")
    assert error.value.problems[0].pointer == "/host"


async def test_it_is_switched_and_removed_in_its_organization_only(
    org: Organization, other_org: Organization
) -> None:
    uid = await save(org, secret="x")
    for act in (change.remove(other_org.id, uid, by="x"),):
        with pytest.raises(NotFound):
            await act
    await change.switch(org.id, uid, on=False, by="tests")
    assert [each.enabled for each in await of(org.id)] == [False]
    await change.remove(org.id, uid, by="tests")
    assert await of(org.id) == []


async def test_what_a_provider_posts_to_keeps_nothing_of_a_mail_server(org: Organization) -> None:
    with pytest.raises(Invalid) as error:
        await save(org, provider="sendgrid", secret="short", public_key="no key")
    assert [each.pointer for each in error.value.problems] == [
        *("/public_key", "/secret", "/address")
    ]
    address = "support@shop.example"
    uid = await save(org, provider="postmark", secret="s" * 20, address=address, move_to="x")
    [found] = await of(org.id)
    assert found.path == f"/inbound/{uid}"
    assert found.config == Config(name=BOX["user"], provider="postmark", address=address)
    # Another way in is another secret.
    with pytest.raises(Invalid) as error:
        await save(org, uid, provider="mailgun", address=address)
    assert error.value.problems[0].code == "enter_again"
