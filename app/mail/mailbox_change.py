"""Changing the mailboxes of an organization."""

from __future__ import annotations

import re
import uuid
from typing import Any

import msgspec

from app import database, secrets
from app.egress.refused import UrlRefused
from app.egress.way import Egress
from app.errors import Invalid, Problem
from app.mail.mailboxes import PURPOSE, Config, listed, of, password, row_of
from app.people import audit
from app.reading.mailboxes import mailbox
from app.rules import check
from app.tables import Mailbox, new_id
from app.text import clean_line

MOST = 10
LONGEST = 254
NAME_MAX = 80
PLAIN = re.compile(r"[^\x00-\x1f\x7f]*")


async def save(
    egress: Egress,
    organization: uuid.UUID,
    uid: object | None,
    config: Config,
    secret: str,
    *,
    by: str,
    enabled: bool | None = None,
) -> uuid.UUID:
    """Changes one, or adds it without an id. An empty password stays as it was, and so does
    `enabled` without a word; a new one is. Raises Invalid and NotFound."""
    before = await row_of(organization, uid) if uid else None
    config, used = await typed(egress, organization, uid, config, secret)
    made = before.id if before else new_id()
    values: dict[Any, Any] = {Mailbox.config: msgspec.json.encode(config).decode()}
    if secret or before is None:
        values[Mailbox.secret] = secrets.encrypt(f"{PURPOSE} {made}", used)
        values[Mailbox.secret_at] = await database.now()
    if before is not None and _place(listed(before).config) != _place(config):
        # Another mailbox: it begins with what comes from now on.
        values |= {
            Mailbox.seen: "",
            Mailbox.fault: "",
            Mailbox.fault_words: "",
            Mailbox.fault_at: None,
        }
    async with database.transaction():
        if before is None:
            if len(await of(organization)) >= MOST:
                raise Invalid.at("", "too_many", "There are enough mailboxes. Remove one first")
            row = {Mailbox.id: made, Mailbox.organization: organization, **values}
            await Mailbox.insert(Mailbox({**row, Mailbox.enabled: enabled is not False}))
            await audit.record(organization, by, "mailbox.added", made, config.name)
        else:
            await Mailbox.update(values).where(Mailbox.id == made)
            await audit.record(organization, by, "mailbox.changed", made, config.name)
            if enabled is not None and enabled != before.enabled:
                await switch(organization, made, on=enabled, by=by)
    return made


async def typed(
    egress: Egress, organization: uuid.UUID, uid: object | None, config: Config, secret: str
) -> tuple[Config, str]:
    """(as it would be saved, the password that counts). Raises Invalid and NotFound."""
    config = cleaned(config)
    problems = _faults(egress, config)
    if config.brand and config.brand not in (await check.brands(organization)).values():
        problems.append(Problem("/brand", "unknown_brand", "There is no such brand"))
    used = secret
    if uid and not secret:
        before = await row_of(organization, uid)
        if _place(listed(before).config) != _place(config):
            # A changed host could have the old one sent there.
            detail = "Enter the password again: it goes to another place now"
            problems.append(Problem("/secret", "enter_again", detail))
        else:
            try:
                used = password(before)
            except secrets.Unreadable:
                problems.append(_missing())
    elif not secret:
        problems.append(_missing())
    if problems:
        raise Invalid(problems)
    return config, used


async def switch(organization: uuid.UUID, uid: object, *, on: bool, by: str) -> None:
    """Raises NotFound."""
    row = await row_of(organization, uid)
    async with database.transaction():
        await Mailbox.update({Mailbox.enabled: on}).where(Mailbox.id == row.id)
        await audit.record(organization, by, "mailbox.on" if on else "mailbox.off", row.id)


async def remove(organization: uuid.UUID, uid: object, *, by: str) -> None:
    """What came in stays. Raises NotFound."""
    row = await row_of(organization, uid)
    async with database.transaction():
        await Mailbox.delete().where(Mailbox.id == row.id)
        await audit.record(organization, by, "mailbox.removed", row.id, listed(row).config.name)


def cleaned(config: Config) -> Config:
    """As it is stored."""
    return msgspec.structs.replace(
        config,
        name=(clean_line(config.name) or clean_line(config.user))[:NAME_MAX],
        host=config.host.strip().lower(),
        user=config.user.strip(),
        address=config.address.strip(),
        folder=clean_line(config.folder) or "INBOX",
        trusted=clean_line(config.trusted),
        move_to=clean_line(config.move_to),
    )


def _faults(egress: Egress, config: Config) -> list[Problem]:
    found = []
    if not config.host:
        found.append(Problem("/host", "required", "Enter the mail server"))
    else:
        try:
            egress.check_host(config.host, config.port)
        except UrlRefused as error:
            place = "/port" if error.code == "url_port" else "/host"
            found.append(Problem(place, error.code, error.detail, error.facts))
    if not config.user or len(config.user) > LONGEST or not PLAIN.fullmatch(config.user):
        found.append(Problem("/user", "required", "Enter the user name"))
    for name in ("folder", "trusted", "move_to"):
        if len(getattr(config, name)) > LONGEST:
            limit = {"limit": str(LONGEST)}
            detail = "Use at most {limit} characters"
            found.append(Problem(f"/{name}", "too_long", detail, limit))
    if config.move_to and config.move_to.lower() == config.folder.lower():
        detail = "This is the folder that mail is fetched from. Choose another one"
        found.append(Problem("/move_to", "same_folder", detail))
    if mailbox(config.writes_to) is None:
        detail = "Enter the address that people write to, like support@example.com"
        found.append(Problem("/address", "email_format", detail))
    return found


def _missing() -> Problem:
    return Problem("/secret", "required", "Enter the password or authorisation code")


def _place(config: Config) -> tuple[str, int, str, str, str]:
    return config.host, config.port, config.tls, config.user, config.folder
