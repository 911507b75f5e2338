"""System settings, the form (系统设置 → 留言表单): its fields, a draft, and publishing it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from app import audit, database, fields, spam
from app.errors import Invalid, NotFound, Problem
from app.fields import BUILT_IN, CONTACT, Field, Form, Group, Texts, change, rules
from app.fields.shape import KEY
from app.tables import Organization
from web import words
from web.auth import ADMINS, AtDesk, Desk, console, see
from web.bodies import form_of
from web.filled import whole_number
from web.form_words import CHANGES, DONE, KINDS
from web.frame import Flash, frame
from web.render import answer, wants_fragment

Incoming = Request[Any, Any, Any]

HERE = "/settings/form"
SPARE_GROUPS = 1
"""Room for a new rule below those that are there."""


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
    key = await change.add(desk.org.id, kind, by=desk.by)  # type: ignore[arg-type]
    return see(f"{HERE}/fields/{key}?done=added")


@post("/restore", status_code=200)
async def restore(request: Incoming, desk: AtDesk) -> Response[Any]:
    await change.restore(desk.org.id, form_of(request).get("key", ""), by=desk.by)
    return see(f"{HERE}?done=restored")


@post("/fields/{key:str}/up", status_code=200)
async def up(request: Incoming, desk: AtDesk, key: FromPath[str]) -> Response[Any]:
    return await _moved(request, desk, key, -1)


@post("/fields/{key:str}/down", status_code=200)
async def down(request: Incoming, desk: AtDesk, key: FromPath[str]) -> Response[Any]:
    return await _moved(request, desk, key, 1)


async def _moved(request: Incoming, desk: Desk, key: str, step: int) -> Response[Any]:
    await change.move(desk.org.id, key, step, by=desk.by)
    return await _reordered(request, desk, f"#line-{key}")


@post("/order", status_code=200)
async def order(request: Incoming, desk: AtDesk) -> Response[Any]:
    keys = form_of(request).get("keys", "").split(",")
    await change.order(desk.org.id, keys[: rules.INPUTS_MAX], by=desk.by)
    return await _reordered(request, desk, "")


async def _reordered(request: Incoming, desk: Desk, anchor: str) -> Response[Any]:
    if not wants_fragment(request):
        return see(f"{HERE}{anchor}")
    return answer(request, "form/lines.html", await _context(request, desk))


@post("/fields/{key:str}/remove", status_code=200)
async def remove(desk: AtDesk, key: FromPath[str]) -> Response[Any]:
    await change.remove(desk.org.id, key, by=desk.by)
    return see(f"{HERE}?done=removed")


@post("/groups", status_code=200)
async def groups(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    try:
        await change.set_groups(desk.org.id, list(_groups(form)), {}, by=desk.by)
    except Invalid as error:
        return await draw(request, desk, error=error, typed=form)
    return see(f"{HERE}?done=groups#rules")


def _groups(form: dict[str, str]) -> Iterator[Group]:
    """Those of the page that are not ticked to go; of a new one nothing need be filled in."""
    for key in form.get("group_keys", "").split(",")[: rules.GROUPS_MAX + SPARE_GROUPS]:
        label = Texts(
            form.get(f"{key}_zh", "").strip()[: rules.LABEL_MAX],
            form.get(f"{key}_en", "").strip()[: rules.LABEL_MAX],
        )
        if not KEY.fullmatch(key) or f"{key}_gone" in form:
            continue
        if key == form.get("group_new") and not (label.zh or label.en):
            continue
        n = whole_number(form.get(f"{key}_n", "1"))
        yield Group(key=key, label=label, at_least=n if isinstance(n, int) else 0)


@post("/publish", status_code=200)
async def publish(request: Incoming, desk: AtDesk) -> Response[Any]:
    try:
        await fields.publish(desk.org.id, by=desk.by)
    except Invalid as error:
        return await draw(request, desk, error=error)
    except NotFound:
        return see(HERE)
    return see(f"{HERE}?done=published")


@post("/discard", status_code=200)
async def discard(desk: AtDesk) -> Response[Any]:
    await fields.discard(desk.org.id, by=desk.by)
    return see(f"{HERE}?done=discarded")


@post("/words", status_code=200)
async def blocked_words(request: Incoming, desk: AtDesk) -> Response[Any]:
    lines = form_of(request).get("words", "").splitlines()
    sql = "UPDATE organization SET blocked_words = {} WHERE id = {}"
    async with database.transaction():
        await database.fetch(sql, "\n".join(spam.tidy(lines)), desk.org.id)
        await audit.record(desk.org.id, desk.by, "form.blocked_words_changed", desk.org.id)
    return see(f"{HERE}?done=words#spam")


@post("/proof", status_code=200)
async def proof_of_work(request: Incoming, desk: AtDesk) -> Response[Any]:
    on = "proof_of_work" in form_of(request)
    sql = "UPDATE organization SET proof_of_work = {} WHERE id = {}"
    async with database.transaction():
        await database.fetch(sql, on, desk.org.id)
        action = f"form.proof_of_work_{'on' if on else 'off'}"
        await audit.record(desk.org.id, desk.by, action, desk.org.id)
    return see(f"{HERE}?done=words#flood")


async def draw(
    request: Incoming,
    desk: Desk,
    *,
    error: Invalid | None = None,
    typed: dict[str, str] | None = None,
) -> Response[str]:
    locale = words.locale_of(request)
    context = {
        **await frame(request, desk),
        **await _context(request, desk),
        "flash": flash(request),
        "problems": _sentences(locale, error.problems if error else []),
        "kinds": [(kind, words.say(locale, text)) for kind, text in KINDS.items()],
        "typed": typed or {},
        **await _guards(desk.org),
        "address": f"{request.app.state.settings.base_url}/w/{desk.org.slug}",
    }
    return answer(request, "form/page.html", context, status=422 if error else 200)


async def _context(request: Incoming, desk: Desk) -> dict[str, Any]:
    locale = words.locale_of(request)
    draft, current = await fields.draft(desk.org.id), await fields.published(desk.org.id)
    form = draft or current
    return {
        "desk": desk,
        "org": desk.org,
        "lines": _lines(form, locale),
        "form": form,
        "current": current,
        "has_draft": draft is not None,
        "changes": differences(current, form, locale) if draft else [],
        "missing": [
            (field.key, field.label.said(locale))
            for field in BUILT_IN.fields
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
            label=field.label.said(locale),
            kind=words.say(locale, KINDS[field.kind]),
            group=group.label.said(locale) if (group := form.group(field.group)) else "",
            first=place == 0,
            last=place == last,
        )
        for place, field in enumerate(form.fields)
    ]


def _group_rows(form: Form, locale: str) -> list[dict[str, Any]]:
    return [
        {
            "key": group.key,
            "zh": group.label.zh,
            "en": group.label.en,
            "n": group.at_least,
            "members": [field.label.said(locale) for field in form.members(group.key)],
        }
        for group in form.groups
    ]


def _free_group(form: Form) -> str:
    """The name of the next rule; empty when there are enough."""
    if len(form.groups) >= rules.GROUPS_MAX:
        return ""
    candidates = (CONTACT, *(f"group{n}" for n in range(1, rules.GROUPS_MAX + 2)))
    return next(name for name in candidates if form.group(name) is None)


def differences(before: Form, after: Form, locale: str) -> list[str]:
    """What publishing would change, one sentence each."""
    old = {field.key: field for field in before.fields}
    new = {field.key: field for field in after.fields}
    named = {
        "added": [field for key, field in new.items() if key not in old],
        "changed": [field for key, field in new.items() if key in old and old[key] != field],
        "removed": [field for key, field in old.items() if key not in new],
    }
    found = [
        words.say(locale, CHANGES[name], {"fields": _named(some, locale)})
        for name, some in named.items()
        if some
    ]
    if [key for key in old if key in new] != [key for key in new if key in old]:
        found.append(words.say(locale, CHANGES["order"]))
    if before.groups != after.groups:
        found.append(words.say(locale, CHANGES["groups"]))
    return found


def _named(some: list[Field], locale: str) -> str:
    return ("、" if locale == "zh-CN" else ", ").join(field.label.said(locale) for field in some)


def _sentences(locale: str, problems: list[Problem]) -> list[tuple[str, str]]:
    """(id of the line, sentence) for faults of the whole form."""
    found = []
    for problem in problems:
        key = problem.pointer.strip("/").split("/")[0]
        target = key if key.endswith(("_zh", "_n")) else f"line-{key}" if key else ""
        found.append((target, words.say(locale, problem.detail, problem.facts)))
    return found


def flash(request: Incoming) -> Flash | None:
    done = request.query_params.get("done", "")
    if done not in DONE:
        return None
    return Flash("ok", "circle-check", words.say(words.locale_of(request), DONE[done]))


async def _guards(org: Organization) -> dict[str, Any]:
    """As they are now: what a desk knows of its organization may be seconds old."""
    sql = "SELECT blocked_words AS blocked, proof_of_work AS proof FROM organization WHERE id = {}"
    [row] = await database.fetch(sql, org.id)
    return dict(row)


router = console(
    HERE,
    [
        *(page, add, restore, up, down, order, remove, groups, publish, discard),
        *(blocked_words, proof_of_work),
    ],
    readers=ADMINS,
    writers=ADMINS,
)
