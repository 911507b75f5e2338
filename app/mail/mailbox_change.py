"""Changing the mailboxes of an organization."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import msgspec

from app import database, secrets
from app.egress.refused import UrlRefused
from app.egress.way import Egress
from app.errors import Invalid, Problem
from app.mail.mailboxes import Config, Secret, listed, of, password, row_of, sealed
from app.mail.posted import providers, signed
from app.people import audit
from app.reading.mailboxes import mailbox
from app.rules import check
from app.tables import Mailbox, new_id
from app.text import clean_line

MOST = 10
LONGEST = 254
NAME_MAX = 80
OF_PLACE = ("host", "port", "tls", "user", "folder")
OF_FETCHING = (*OF_PLACE, "move_to")
SECRET = re.compile(r"[!-~]*")
PLAIN = re.compile(r"[^\x00-\x1f\x7f]*")
OVERLAP = dt.timedelta(hours=24)
"""So long the secret from before a rotation works: the address stands in another program."""


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
        values[Mailbox.secret] = sealed(organization, made, Secret(used))
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
    problems = _faults(egress, config, secret)
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
                problems.append(_missing(config))
    elif not secret:
        problems.append(_missing(config))
    if problems:
        raise Invalid(problems)
    return config, used


async def rotate(organization: uuid.UUID, uid: object, *, by: str) -> str:
    """A new secret for what a provider posts to, shown only here; the one before works on for a
    day. Raises NotFound, and Invalid where the secret is not ours."""
    row = await row_of(organization, uid)
    config = listed(row).config
    if not providers.has_our_secret(config.provider):
        raise Invalid.at("", "not_ours", "Change the secret where it was made, and enter it here")
    now, made = await database.now(), providers.drawn()
    try:
        secret = Secret(made, password(row), now + OVERLAP)
    except secrets.Unreadable:
        secret = Secret(made)
    async with database.transaction():
        values: dict[Any, Any] = {
            Mailbox.secret: sealed(row.organization, row.id, secret),
            Mailbox.secret_at: now,
        }
        await Mailbox.update(values).where(Mailbox.id == row.id)
        await audit.record(organization, by, "mailbox.rotated", row.id, config.name)
    return made


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
    named = clean_line(config.name) or clean_line(config.user) or clean_line(config.address)
    common = msgspec.structs.replace(
        config,
        name=named[:NAME_MAX],
        address=config.address.strip(),
        trusted=clean_line(config.trusted),
        public_key="",
    )
    if not config.is_fetched:
        # What an earlier choice left goes.
        none = Config(name="")
        key = signed.bare(config.public_key) if config.provider == "sendgrid" else ""
        fetched = {name: getattr(none, name) for name in OF_FETCHING}
        return msgspec.structs.replace(common, public_key=key, **fetched)
    return msgspec.structs.replace(
        common,
        host=config.host.strip().lower(),
        user=config.user.strip(),
        folder=clean_line(config.folder) or "INBOX",
        move_to=clean_line(config.move_to),
    )


def _faults(egress: Egress, config: Config, secret: str) -> list[Problem]:
    found = _of_fetching(egress, config) if config.is_fetched else _of_posting(config, secret)
    long = ("folder", "trusted", "move_to", "address")
    for name in (each for each in long if len(getattr(config, each)) > LONGEST):
        limit = {"limit": str(LONGEST)}
        found.append(Problem(f"/{name}", "too_long", "Use at most {limit} characters", limit))
    if (config.writes_to or not config.is_fetched) and mailbox(config.writes_to) is None:
        detail = "Enter the address that people write to, like support@example.com"
        found.append(Problem("/address", "email_format", detail))
    return found


def _of_fetching(egress: Egress, config: Config) -> list[Problem]:
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
    if config.move_to and config.move_to.lower() == config.folder.lower():
        detail = "This is the folder that mail is fetched from. Choose another one"
        found.append(Problem("/move_to", "same_folder", detail))
    return found


def _of_posting(config: Config, secret: str) -> list[Problem]:
    found = []
    if config.public_key and signed.key_of(config.public_key) is None:
        detail = "Paste the public key as SendGrid shows it"
        found.append(Problem("/public_key", "malformed", detail))
    least = providers.SECRET_MIN if providers.has_our_secret(config.provider) else 1
    if secret and (
        not least <= len(secret) <= providers.SECRET_MAX or not SECRET.fullmatch(secret)
    ):
        limits = {"least": str(least), "most": str(providers.SECRET_MAX)}
        detail = "Use {least} to {most} letters, digits and other ASCII characters"
        found.append(Problem("/secret", "out_of_range", detail, limits))
    return found


def _missing(config: Config) -> Problem:
    detail = "Enter the password or authorisation code"
    if not config.is_fetched:
        detail = "Enter the secret that proves who posts"
    return Problem("/secret", "required", detail)


def _place(config: Config) -> tuple[Any, ...]:
    return (config.provider, *(getattr(config, name) for name in OF_PLACE))
