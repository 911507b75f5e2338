"""How an agent is called in group chats. Sealed: it is nobody's business but the platforms'."""

from __future__ import annotations

import contextlib
import re
import uuid
from collections.abc import Mapping

import msgspec

from app import database
from app.channels.handles import PATTERNS, Handles
from app.errors import Invalid, Problem
from app.keys.fields import HANDLES
from app.people import audit
from app.secrets import Unreadable, decrypt, encrypt
from app.tables import Agent
from app.text import clean_line

SPACES = re.compile(r"[\s()（）]+")


def opened(organization: uuid.UUID, agent: uuid.UUID, sealed: str) -> Handles:
    """Nothing when the secret key has changed: then nobody is mentioned, and the notice goes."""
    with contextlib.suppress(Unreadable):
        if sealed:
            return msgspec.convert(decrypt(HANDLES.at(agent, organization), sealed), Handles)
    return Handles()


async def of(organization: uuid.UUID, agent: uuid.UUID) -> Handles:
    query = Agent.select(Agent.handles)
    query = query.where(Agent.id == agent, Agent.organization == organization)
    return opened(organization, agent, await database.value(str, query) or "")


async def save(
    organization: uuid.UUID, agent: uuid.UUID, raw: Mapping[str, str], *, by: str
) -> None:
    """Raises Invalid at /mobile, /wecom, /dingtalk and /feishu."""
    said = {name: _clean(name, raw.get(name, "")) for name in PATTERNS}
    problems = [
        Problem(f"/{name}", "not_a_handle", FAULTS[name])
        for name, text in said.items()
        if text and not PATTERNS[name].fullmatch(text)
    ]
    if problems:
        raise Invalid(problems)
    kept = encrypt(HANDLES.at(agent, organization), said) if any(said.values()) else ""
    async with database.transaction():
        await Agent.update({Agent.handles: kept}).where(
            Agent.id == agent, Agent.organization == organization
        )
        await audit.record(organization, by, "account.handles", agent)


def _clean(name: str, text: str) -> str:
    text = clean_line(text).removeprefix("@")
    return SPACES.sub("", text) if name == "mobile" else text


FAULTS = {
    "mobile": "Write a phone number like 13800138000 or +8613800138000",
    "wecom": "Write the user id as the platform shows it: letters, digits and . _ @ -",
    "dingtalk": "Write the user id as the platform shows it: letters, digits and . _ @ -",
    "feishu": "An open_id begins with ou_",
}
