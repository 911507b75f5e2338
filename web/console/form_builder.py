"""System settings, the form (系统设置 → 留言表单): its fields, the draft, and publishing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app import fields, settings
from app.brands.shape import Brand
from app.errors import Conflict, Invalid, NotFound
from app.fields import CONTACT, Field, Form, Group, Texts, built_in, change, rules
from app.fields.shape import KEY
from app.languages import LANGUAGES, said
from app.messages import guards
from app.text import clean_line
from web.console.at_brand import brand_of, chooser, see_at, to
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.filled import whole_number
from web.console.flash import flash
from web.console.form_words import (
    DONE,
    KINDS,
    differences,
    sentences,
)
from web.console.frame import frame
from web.console.gone import unless_gone
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, wants_fragment
from web.http.request import Incoming

HERE = "/settings/form"
SPARE_GROUPS = 1
"""Empty rules below the existing ones."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A field in the list."""

    field: Field
    label: str
    kind: str
    group: str
    first: bool
    last: bool


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await draw(request, desk)


@post("/add", status_code=200)
async def add(request: Incoming, desk: AtDesk) -> Response[Any]:
    kind = form_of(request).get("kind", "")
    if kind not in KINDS:
        raise NotFound
    brand = await brand_of(request, desk)
    try:
        key = await change.add(brand.id, kind, by=desk.by)  # type: ignore[arg-type]
    except Invalid as error:
        return await draw(request, desk, error=error)
    return see_at(brand, f"{HERE}/fields/{key}?done=added")


@post("/restore", status_code=200)
async def restore(request: Incoming, desk: AtDesk) -> Response[Any]:
    brand = await brand_of(request, desk)
    await change.restore(brand.id, form_of(request).get("key", ""), by=desk.by)
    return see_at(brand, f"{HERE}?done=restored")


@post("/fields/{key:str}/up", status_code=200)
async def up(request: Incoming, desk: AtDesk, key: FromPath[str]) -> Response[Any]:
    return await _moved(request, desk, key, -1)


@post("/fields/{key:str}/down", status_code=200)
async def down(request: Incoming, desk: AtDesk, key: FromPath[str]) -> Response[Any]:
    return await _moved(request, desk, key, 1)


async def _moved(request: Incoming, desk: Desk, key: str, step: int) -> Response[Any]:
    brand = await brand_of(request, desk)
    await change.move(brand.id, key, step, by=desk.by)
    return await _reordered(request, desk, brand, f"#line-{key}")


@post("/order", status_code=200)
async def order(request: Incoming, desk: AtDesk) -> Response[Any]:
    keys = form_of(request).get("keys", "").split(",")
    brand = await brand_of(request, desk)
    await change.order(brand.id, keys[: rules.INPUTS_MAX], by=desk.by)
    return await _reordered(request, desk, brand, "")


async def _reordered(request: Incoming, desk: Desk, brand: Brand, anchor: str) -> Response[Any]:
    if not wants_fragment(request):
        return see_at(brand, f"{HERE}{anchor}")
    return answer(request, "form/lines.html", await _context(request, desk, brand))


@post("/fields/{key:str}/remove", status_code=200)
async def remove(request: Incoming, desk: AtDesk, key: FromPath[str]) -> Response[Any]:
    brand = await brand_of(request, desk)
    removing = change.remove(brand.id, key, by=desk.by)
    return await unless_gone(removing, to(brand, f"{HERE}?done=removed"), to(brand, HERE))


@post("/groups", status_code=200)
async def groups(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    seen = form.get("seen", "")
    brand = await brand_of(request, desk)
    try:
        await change.set_groups(brand.id, list(_groups(form)), {}, by=desk.by, seen=seen)
    except Invalid as error:
        return await draw(request, desk, error=error, typed=form)
    except Conflict as error:
        # The typed values belong to rules that have changed since.
        return await draw(request, desk, error=error)
    return see_at(brand, f"{HERE}?done=groups#rules")


def _groups(form: dict[str, str]) -> Iterator[Group]:
    """The page's rules, without those to be removed and an empty new one."""
    keys = form.get("group_keys", "").split(",")[: rules.GROUPS_MAX + SPARE_GROUPS]
    for key in dict.fromkeys(keys):
        label = texts(form, key)
        if not KEY.fullmatch(key) or f"{key}_gone" in form:
            continue
        if key == form.get("group_new") and not label:
            continue
        n = whole_number(form.get(f"{key}_n", "1"))
        error = texts(form, f"{key}_error")
        yield Group(key=key, label=label, at_least=n if isinstance(n, int) else 0, error=error)


def texts(form: Mapping[str, str], name: str) -> Texts:
    """The typed texts of one input, by language."""
    typed = {tag: clean_line(form.get(f"{name}_{tag}", "")) for tag in LANGUAGES}
    return {tag: text for tag, text in typed.items() if text}


@post("/publish", status_code=200)
async def publish(request: Incoming, desk: AtDesk) -> Response[Any]:
    brand = await brand_of(request, desk)
    try:
        await fields.publish(brand.id, by=desk.by, seen=form_of(request).get("seen", ""))
    except (Invalid, Conflict) as error:
        return await draw(request, desk, error=error)
    except NotFound:
        return see_at(brand, HERE)
    return see_at(brand, f"{HERE}?done=published")


@post("/discard", status_code=200)
async def discard(request: Incoming, desk: AtDesk) -> Response[Any]:
    brand = await brand_of(request, desk)
    try:
        await fields.discard(brand.id, by=desk.by, seen=form_of(request).get("seen", ""))
    except Conflict as error:
        return await draw(request, desk, error=error)
    return see_at(brand, f"{HERE}?done=discarded")


@post("/proof", status_code=200)
async def proof_of_work(request: Incoming, desk: AtDesk) -> Response[Any]:
    on = "proof_of_work" in form_of(request)
    brand = await brand_of(request, desk)
    await guards.ask_proof_of_work(desk.org.id, on, by=desk.by)
    return see_at(brand, f"{HERE}?done=words#flood")


async def draw(
    request: Incoming,
    desk: Desk,
    *,
    error: Invalid | Conflict | None = None,
    typed: dict[str, str] | None = None,
) -> Response[str]:
    locale = words.locale_of(request)
    brand = await brand_of(request, desk)
    shared = await _context(request, desk, brand)
    problems = sentences(locale, shared["form"], error) if error else []
    context = {
        **await frame(request, desk),
        **shared,
        "flash": flash(request, DONE),
        "problems": problems,
        "faults": dict(problems),
        "kinds": [
            (kind, words.say(locale, text))
            for kind, text in KINDS.items()
            if kind != "files" or shared["form"].files is None
        ],
        "typed": typed or {},
        "asks_proof": await guards.asks_proof_of_work(desk.org.id),
        "address": f"{settings.current().base_url}/w/{brand.slug}",
    }
    return answer(request, "form/page.html", context, status=status_of(error))


async def _context(request: Incoming, desk: Desk, brand: Brand) -> dict[str, Any]:
    locale = words.locale_of(request)
    draft, current = await fields.draft(brand.id), await fields.published(brand.id)
    form = draft or current
    return {
        **await chooser(desk, brand, HERE),
        "desk": desk,
        "org": desk.org,
        "lines": _lines(form, locale),
        "form": form,
        "current": current,
        "has_draft": draft is not None,
        "form_mark": fields.mark(form),
        "groups_mark": fields.mark(form.groups),
        "changes": differences(current, form, locale) if draft else [],
        "missing": [
            (field.key, said(field.label, locale))
            for field in built_in().fields
            if form.field(field.key) is None
        ],
        "groups": _group_rows(form, locale),
        "new_group": _free_group(form),
    }


def _lines(form: Form, locale: str) -> list[Line]:
    last = len(form.fields) - 1
    return [
        Line(
            field=field,
            label=said(field.label, locale),
            kind=words.say(locale, KINDS[field.kind]),
            group=said(group.label, locale) if (group := form.group(field.group)) else "",
            first=place == 0,
            last=place == last,
        )
        for place, field in enumerate(form.fields)
    ]


def _group_rows(form: Form, locale: str) -> list[dict[str, Any]]:
    return [
        {
            "key": group.key,
            "heading": said(group.label, locale),
            "label": group.label,
            "error": group.error,
            "n": group.at_least,
            "members": words.listed(
                locale, (said(field.label, locale) for field in form.members(group.key))
            ),
        }
        for group in form.groups
    ]


def _free_group(form: Form) -> str:
    """The name of the next rule; empty when there are enough."""
    if len(form.groups) >= rules.GROUPS_MAX:
        return ""
    candidates = (CONTACT, *(f"group{n}" for n in range(1, rules.GROUPS_MAX + 2)))
    return next(name for name in candidates if form.group(name) is None)


def status_of(error: Invalid | Conflict | None) -> int:
    if error is None:
        return 200
    return 409 if isinstance(error, Conflict) else 422


router = console(
    HERE,
    [
        *(page, add, restore, up, down, order, remove, groups, publish, discard),
        proof_of_work,
    ],
    readers=ADMINS,
    writers=ADMINS,
)
