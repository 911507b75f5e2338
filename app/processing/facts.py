"""What an organization takes of visitors, whom it goes to and how long it stays, as it is
configured now."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import msgspec

from app import fields, settings
from app.brands import stored as brands
from app.catalogue import N_
from app.channel_settings.read import readable, rows
from app.channels.kinds import KINDS
from app.channels.sender import Sender
from app.erasure import retention
from app.erasure.shape import Retention
from app.fields import Form
from app.languages import said
from app.mail import mailboxes
from app.processing.places import Runs, runs
from app.tables import Organization


class Asked(msgspec.Struct, frozen=True):
    """One question of a form, in the reader's language."""

    label: str
    required: bool


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` is a message id, `name` what the shop calls it, `host` where it goes; empty for what
    cannot be read with this secret key. `shows` is what its notices say: "all", "masked" contacts
    or only the "link"; "events" are those without personal data."""

    kind: str
    name: str
    host: str
    runs: Runs
    shows: str = "all"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """`addresses` are those of the forms; `files_at` is the host of the store, empty where files
    lie on the server itself."""

    name: str
    addresses: list[str]
    asked: list[Asked]
    consents: list[str]
    takes_files: bool
    files_at: str
    recipients: list[Recipient]
    retention: Retention
    is_encrypted: bool

    @property
    def told(self) -> list[Recipient]:
        """Those that get something that a visitor wrote."""
        return [each for each in self.recipients if each.shows not in ("link", "events")]

    @property
    def abroad(self) -> list[Recipient]:
        return [each for each in self.told if each.runs.where == "abroad"]

    @property
    def unknown(self) -> list[Recipient]:
        return [each for each in self.told if each.runs.where == "unknown"]


async def gather(org: Organization, locale: str) -> Facts:
    own = settings.current()
    found = await brands.of(org)
    forms = [await fields.published(each.id) for each in found]
    asked = list({each.label: each for form in forms for each in _asked(form, locale)}.values())
    return Facts(
        name=org.name,
        addresses=[f"{own.base_url}/w/{each.slug}" for each in found],
        asked=asked,
        consents=list(dict.fromkeys(text for form in forms for text in _consents(form, locale))),
        takes_files=any(form.files for form in forms),
        files_at=urlsplit(own.files.endpoint).hostname or "" if own.files else "",
        recipients=[each async for each in _recipients(org)],
        retention=retention.of(org),
        is_encrypted=own.base_url.startswith("https://"),
    )


def _asked(form: Form, locale: str) -> Iterator[Asked]:
    for each in form.fields:
        if each.kind not in ("consent", "hidden", "files"):
            group = form.group(each.group)
            required = each.required or bool(group and len(form.members(each.group)) == 1)
            yield Asked(said(each.label, locale), required)


def _consents(form: Form, locale: str) -> Iterator[str]:
    return (said(each.label, locale) for each in form.fields if each.kind == "consent")


async def _recipients(org: Organization) -> AsyncIterator[Recipient]:
    """The channels that are on, then the mailboxes that mail is fetched from."""
    for row in await rows(org.id):
        if row.enabled:
            sender = readable(row)
            host = _host(sender) if sender else ""
            kind = KINDS[row.kind].label
            shows = row.shows if getattr(sender, "personal", True) else "events"
            yield Recipient(kind=kind, name=row.name, host=host, runs=runs(host), shows=shows)
    for box in await mailboxes.of(org.id):
        if box.enabled:
            host = box.config.host or box.config.writes_to.rpartition("@")[2]
            yield Recipient(
                kind=N_("Mailbox"), name=box.config.writes_to, host=host, runs=runs(host)
            )


def _host(sender: Sender) -> str:
    config = getattr(sender, "smtp_config", None)
    if config is not None:
        return str(config.host)
    try:
        return urlsplit(sender.address()).hostname or ""
    except ValueError:
        return ""
