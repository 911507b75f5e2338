"""Another organization with one of each thing, for those who must not see it."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app import messages, outside
from app.fields.check import Answers
from app.files import keep
from app.files.join import join
from app.files.keep import Came, Terms
from app.mail import attachments, mailbox_change
from app.mail.mailboxes import Config as MailConfig
from app.mail.receive import receive
from app.mail.settle import settle
from app.messages import Visit
from app.people import account_links, agents, sessions
from app.people.actor import OPERATOR
from app.single_sign_on import change, identities
from app.single_sign_on.shape import Config, Person
from app.tables import Organization

Web = Callable[..., httpx.AsyncClient]
API = "/api/v1/leavemsg"
CANARY = "陌生的店"
PICTURE = f"From: a@b.cn\r\nContent-Type: image/png\r\n\r\n{CANARY}".encode()


@pytest.fixture
async def theirs(
    web: Web, other_org: Organization, other_token: str, answers: Answers, visit: Visit
) -> dict[str, str]:
    """Another organization with one of each thing: its id, by where it is found in the console."""
    api = web(headers={"Authorization": f"Bearer {other_token}"})

    async def made(method: str, path: str, **body: Any) -> Any:
        answer = await api.request(method, API + path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    channel = {"type": "custom", "name": CANARY, "webhook_url": "https://canary.example/"}
    rule = {"name": CANARY, "when": {"words": [CANARY]}, "then": {"tags": [CANARY]}}
    config = await made("POST", "/config", notifications=[channel])
    left = await messages.leave(other_org, answers, visit, submission_id="one")
    await messages.handle(other_org.id, str(left.uid), outcome="phone", note=CANARY, by=CANARY)
    agent = await agents.create(
        other_org.id, email="a@other.example", password="correct horse 9", name=CANARY
    )
    await sessions.start(agent, address="127.0.0.1", user_agent=CANARY)
    await account_links.invite(other_org.id, role="viewer", email="b@other.example", by=OPERATOR)
    [invitation] = await account_links.invitations(other_org.id)
    [session] = await sessions.of(agent.account)
    own = Config(kind="feishu", name=CANARY, client_id="x")
    provider = await change.save(outside.egress(), other_org.id, None, own, "x", by=CANARY)
    lei = Person(subject="canary", name=CANARY)
    await identities.link(other_org.id, provider, own, lei, agent, own=True, by=CANARY)
    await settle(other_org.id, mail := await receive(other_org.id, PICTURE))
    (files,) = (await attachments.of(other_org.id, [mail])).values()
    sent = [Came(f"{CANARY}.txt", 6, io.BytesIO(CANARY.encode()))]
    taken = await keep.keep(other_org.id, Terms(("documents",), 100, 1), sent, ip="")
    uploads = [each.upload for each in taken.kept]
    await join(other_org.id, {uuid.UUID(str(left.uid)): uploads}, other_org.created_at)
    mailbox, posted = await mailboxes(other_org)
    acted = await made("POST", "/messages/bulk", uids=[str(left.uid)], act="reopen")
    return {
        "/mail": str(mail),
        "/mail/files": str(files[0].id),
        "/settings/mail": str(mailbox),
        "/inbound": str(posted),
        "/inbox/acts": acted["act"]["uid"],
        "/settings/brands": str((await made("GET", "/brands"))["items"][0]["uid"]),
        "/files": str(uploads[0].uid),
        "/inbox": str(left.uid),
        "/inbox/views": (await made("POST", "/views", name=CANARY, filter={}))["uid"],
        "/deliveries": (await made("GET", "/deliveries"))["items"][0]["uid"],
        "/settings/channels": config["notifications"][0]["uid"],
        "/settings/rules": (await made("PUT", "/rules", rules=[rule]))["rules"][0]["uid"],
        "/settings/blocks": (await made("POST", "/blocks", kind="words", text=CANARY))["uid"],
        "/settings/reports": (
            await made("POST", "/reports", channel=config["notifications"][0]["uid"])
        )["uid"],
        "/settings/phrases": (await made("POST", "/phrases", title=CANARY, text=CANARY))["uid"],
        "/settings/members": str(agent.id),
        "/settings/tokens": other_token.split("_")[1],
        "/settings/members/invitations": str(invitation.id),
        "/account/sessions": str(session.id),
        "/account/identities": str(provider),
        "/settings/sign-in/providers": str(provider),
    }


async def mailboxes(org: Organization) -> list[uuid.UUID]:
    """One that is fetched from, one that is posted to."""
    fetched = MailConfig(name=CANARY, host="imap.example.com", user="a@shop.example")
    posted = MailConfig(name=CANARY, provider="mailgun", address="b@shop.example")
    return [
        await mailbox_change.save(outside.egress(), org.id, None, each, "x", by=CANARY)
        for each in (fetched, posted)
    ]
