"""What an admin changes of a brand's widget: the look, the sites, the secret. Every change is in
the audit log. The first brand has the organization's id."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from app import database, secrets
from app.brands import changed
from app.brands.change import rename
from app.brands.owner import organization_of
from app.brands.shape import named
from app.brands.stored import by_id
from app.errors import Invalid, Problem
from app.languages import LANGUAGES
from app.people import audit
from app.reading import emails, phones, wechats
from app.tables import Widget
from app.text import clean_line
from app.widget import context, hosts, identity
from app.widget.colour import HEX
from app.widget.setup import (
    EMBEDDING,
    ONLINE,
    SHOW,
    SIDES,
    THEMES,
    Setup,
    forget,
    read_now,
    stored,
)

LABEL_MAX = 24
"""More does not fit on a button."""
LINK_MAX = 500
CONTEXT_MAX = 20
PHONE_MAX = 32
Check = Callable[[str], Any]
LABELS = {f"label_{tag}": tag for tag in LANGUAGES}
"""From the form's field to the language of the button's text."""
TOO_LONG = "Use at most {limit} characters"


async def save(brand: uuid.UUID, form: Mapping[str, str], *, by: str) -> Setup:
    """`form` has text for every field that changes. Raises Invalid with every fault."""
    async with database.transaction():
        before = await _locked(brand)
        after, name = _checked(before, form)
        await _write(brand, after)
        if name:
            found = await by_id(brand)
            await rename(found.org, found.slug, name, by=by)
        if changed := _changed(before, after):
            detail = ", ".join(changed)
            await audit.record(await organization_of(brand), by, "widget.changed", brand, detail)
    _forget(brand)
    return after


async def begin_like(brand: uuid.UUID, like: uuid.UUID, *, by: str) -> None:
    """As the widget of `like`, but for the sites and the secret."""
    async with database.transaction():
        await _locked(brand)
        setup = msgspec.structs.replace(await read_now(like), hosts=(), identity="")
        await _write(brand, setup)
        await audit.record(await organization_of(brand), by, "widget.changed", brand)
    _forget(brand)


async def restrict(brand: uuid.UUID, origins: list[str], *, by: str) -> Setup:
    """Allows only these sites from now on."""
    form = {"embedding": "listed", "hosts": "\n".join(origins)}
    return await save(brand, form, by=by)


async def allow(brand: uuid.UUID, origin: str, *, by: str) -> Setup:
    """Allows one more site."""
    known = (await read_now(brand)).hosts
    form = {"embedding": "listed", "hosts": "\n".join((*known, origin))}
    return await save(brand, form, by=by)


async def replace_identity(brand: uuid.UUID, *, on: bool, by: str) -> str:
    """Makes a new secret and returns it, the only time it is shown; with `on` false, removes it."""
    secret = secrets.random_text() if on else ""
    async with database.transaction():
        before, organization = await _locked(brand), await organization_of(brand)
        kept = identity.sealed(organization, brand, secret) if on else ""
        await _write(brand, msgspec.structs.replace(before, identity=kept))
        at = dt.datetime.now(dt.UTC) if on else None
        await Widget.update({Widget.identity_at: at}).where(Widget.brand == brand)
        action = "widget.identity_replaced" if on else "widget.identity_removed"
        await audit.record(organization, by, action, brand)
    _forget(brand)
    return secret


def _checked(before: Setup, form: Mapping[str, str]) -> tuple[Setup, str]:
    """The new setup, and the new name, empty if the form has none. Raises Invalid."""
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for field, check in CHECKS.items():
        if field in form:
            try:
                values[field] = check(form[field])
            except Invalid as error:
                problems += error.problems
    if _misses_link(before, values):
        detail = "Enter the address of your chat"
        problems.append(Problem("/chat_link", "required", detail))
    if problems:
        raise Invalid(problems)
    name = values.pop("name", "")
    labels = before.labels | {tag: values.pop(key) for key, tag in LABELS.items() if key in values}
    values["labels"] = {tag: text for tag, text in labels.items() if text}
    return msgspec.structs.replace(before, **values), name


def _misses_link(before: Setup, values: Mapping[str, Any]) -> bool:
    online = values.get("online", before.online)
    return online == "link" and not values.get("chat_link", before.chat_link)


def _choice(field: str, known: Sequence[str]) -> Check:
    def check(text: str) -> str:
        if text not in known:
            facts = {"known": ", ".join(known)}
            raise Invalid.at(f"/{field}", "not_a_choice", "Use {known}", **facts)
        return text

    return check


def _label(field: str) -> Check:
    def check(text: str) -> str:
        label = clean_line(text)
        if len(label) > LABEL_MAX:
            raise Invalid.at(f"/{field}", "too_long", TOO_LONG, limit=str(LABEL_MAX))
        return label

    return check


def _accent(text: str) -> str:
    colour = text.strip().lower()
    if re.fullmatch("#[0-9a-f]{3}", colour):
        colour = "#" + "".join(digit * 2 for digit in colour[1:])
    if not HEX.fullmatch(colour):
        raise Invalid.at("/accent", "not_a_colour", "Write a colour like #4558d0")
    return colour


def _link(text: str) -> str:
    link = clean_line(text)
    try:
        parts = urlsplit(link)
    except ValueError:
        parts = urlsplit("")
    if link and (parts.scheme not in {"http", "https"} or not parts.hostname or " " in link):
        raise Invalid.at("/chat_link", "url_expected", "Write an address that starts with https://")
    if len(link) > LINK_MAX:
        raise Invalid.at("/chat_link", "too_long", TOO_LONG, limit=str(LINK_MAX))
    return link


def _phone(text: str) -> str:
    phone = clean_line(text)
    if len(phone) > PHONE_MAX:
        raise Invalid.at("/phone", "too_long", TOO_LONG, limit=str(PHONE_MAX))
    if phone and not phones.dial(phone):
        raise Invalid.at("/phone", "phone_format", "Enter a phone number with digits only")
    return phone


def _email(text: str) -> str:
    email = clean_line(text)
    if email and not emails.address(email):
        raise Invalid.at("/email", "email_format", "Enter an email like name@example.com")
    return emails.shown(email)


def _wechat(text: str) -> str:
    line = clean_line(text)
    wechat = wechats.id_in(line)
    if line and not wechat:
        detail = "Enter a WeChat ID: 5 or more letters, digits, _ or -"
        raise Invalid.at("/wechat", "wechat_format", detail)
    return wechat


def _context(text: str) -> tuple[str, ...]:
    names = dict.fromkeys(context.name(part) for part in re.split(r"[\n,，、]", text))
    names.pop("", None)
    if len(names) > CONTEXT_MAX:
        raise Invalid.at(
            "/context", "too_many", "Use at most {limit} names", limit=str(CONTEXT_MAX)
        )
    return tuple(names)


CHECKS: dict[str, Check] = {
    "name": named,
    "embedding": _choice("embedding", EMBEDDING),
    "hosts": hosts.check,
    **{name: _label(name) for name in LABELS},
    "side": _choice("side", SIDES),
    "accent": _accent,
    "theme": _choice("theme", THEMES),
    "show": _choice("show", SHOW),
    "online": _choice("online", ONLINE),
    "chat_link": _link,
    "phone": _phone,
    "email": _email,
    "wechat": _wechat,
    "context": _context,
}


async def _locked(brand: uuid.UUID) -> Setup:
    """The brand's row, created if missing and locked until the transaction ends."""
    fresh = Widget(
        {
            Widget.organization: await organization_of(brand),
            Widget.brand: brand,
            Widget.updated_at: await database.now(),
        }
    )
    await Widget.insert(fresh).on_conflict(
        target=Widget.brand, action="DO UPDATE", values=[Widget.updated_at]
    )
    return await read_now(brand)


async def _write(brand: uuid.UUID, setup: Setup) -> None:
    await Widget.update(stored(setup)).where(Widget.brand == brand)


def _changed(before: Setup, after: Setup) -> list[str]:
    names = Setup.__struct_fields__
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def _forget(brand: uuid.UUID) -> None:
    forget(brand)
    changed.note(brand)
