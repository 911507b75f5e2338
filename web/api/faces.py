"""Form and office hours of the first brand, for programs; those of another stand with it, see
`web.api.brands`."""

from __future__ import annotations

from typing import Any

from litestar import Router, get, put

from app.configuration.brands import of_first
from app.people import organizations
from web.api import bearer
from web.api.schemas import FORM as FORM_SETTINGS
from web.api.schemas import HOURS, Schema
from web.http import bodies
from web.http.bodies import CONFIG_LIMIT
from web.http.operation import PREFIX, Operation, described
from web.http.request import Incoming

CONTENT = {"key": "content", "kind": "textarea", "label": {"en": "Your message"}, "required": True}
PHONE = {"key": "phone", "kind": "phone", "label": {"en": "Phone"}, "required": True}
FORM = {"fields": [CONTENT, PHONE]}
WEEK = {"timezone": "Asia/Shanghai", "weekly": {"mon": [["09:00", "18:00"]]}}


def _read(name: str, summary: str, face: Schema) -> Operation:
    return Operation(id=name, summary=summary, scope="config:read", answer=face)


def _replace(
    name: str, summary: str, description: str, face: Schema, example: dict[str, Any]
) -> Operation:
    return Operation(
        id=name,
        summary=summary,
        description=description,
        scope="config:write",
        body=face,
        example=example,
        answer=face,
        answered="As it is now.",
    )


READ_FORM = _read("getForm", "The fields of the form", FORM_SETTINGS)
PUT_FORM = _replace(
    "replaceForm",
    "Replace the fields of the form, and publish it",
    "Refused while somebody is changing the form in the console.",
    FORM_SETTINGS,
    FORM,
)
READ_HOURS = _read("getHours", "The office hours, and the rule for who is there", HOURS)
PUT_HOURS = _replace(
    "replaceHours",
    "Replace the office hours",
    "A `rule` and a `timezone` that are left out stay; the week and the days are all that is "
    "listed.",
    HOURS,
    WEEK,
)


@get("/form", opt=described(READ_FORM))
async def read_form(request: Incoming) -> dict[str, Any]:
    return await _face(request, "form")


@put("/form", request_max_body_size=CONFIG_LIMIT, opt=described(PUT_FORM))
async def replace_form(request: Incoming) -> dict[str, Any]:
    return await _replaced(request, "form")


@get("/hours", opt=described(READ_HOURS))
async def read_hours(request: Incoming) -> dict[str, Any]:
    return await _face(request, "hours")


@put("/hours", request_max_body_size=CONFIG_LIMIT, opt=described(PUT_HOURS))
async def replace_hours(request: Incoming) -> dict[str, Any]:
    return await _replaced(request, "hours")


async def _face(request: Incoming, face: str) -> dict[str, Any]:
    read, _ = of_first(face)
    found: dict[str, Any] = await read(await organizations.by_id(bearer.of(request).organization))
    return found


async def _replaced(request: Incoming, face: str) -> dict[str, Any]:
    who = bearer.of(request)
    _, write = of_first(face)
    org = await organizations.by_id(who.organization)
    await write(org, bodies.json_of(request), who.name)
    return await _face(request, face)


router = Router(PREFIX, route_handlers=[read_form, replace_form, read_hours, replace_hours])
