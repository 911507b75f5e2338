"""Templates of notices for programs: one for each kind of channel, with its history."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
from litestar import Router, get, post, put
from litestar.params import FromPath
from msgspec import Meta, Struct

from app.channel_settings import previews
from app.channels.kinds import notified
from app.deliveries import template_versions
from app.deliveries.template_versions import Version
from app.errors import NotFound
from app.notices.templates import VARIABLES
from app.reading import objects
from app.reading.dates import seconds, seconds_or_none
from web.api import bearer
from web.api.paging import NextCursor
from web.http import bodies
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming

KIND = Parameter("kind", "The kind of channel.", {"type": "string", "enum": [*notified()]}, "path")
TEXT = Meta(description="Text with {{ variables }}; of `custom`, JSON. Empty: the built-in text.")


class Template(Struct, frozen=True, kw_only=True):
    """The organization's template for one kind of channel. A channel's own comes before it."""

    kind: str
    text: Annotated[str, TEXT]
    built_in: Annotated[str, Meta(description="What is sent while `text` is empty.")]
    saved_at: dt.datetime | None
    saved_by: str


class Variable(Struct, frozen=True, kw_only=True):
    """What may stand between {{ and }}."""

    name: str
    description: str


class Templates(Struct, frozen=True):
    """One for each kind of channel."""

    items: list[Template]
    variables: list[Variable]
    next_cursor: NextCursor = None


class NewTemplate(Struct, frozen=True):
    """A template to save. It is refused with the place of every fault."""

    text: Annotated[str, TEXT]


class Tried(Struct, frozen=True):
    """A template to try."""

    text: Annotated[str, TEXT] = ""
    message: Annotated[
        str, Meta(description="A message by its uid; needs messages:read. Empty: a sample.")
    ] = ""


class TemplatePreview(Struct, frozen=True, kw_only=True):
    """What people would read."""

    text: str
    size: Annotated[int, Meta(description="Bytes that count.")]
    limit: Annotated[int | None, Meta(description="Bytes that the platform takes.")]
    cut: Annotated[bool, Meta(description="The message was shortened to fit.")]
    used: Annotated[bool, Meta(description="False: it does not fit, the built-in text is sent.")]


class SavedVersion(Struct, frozen=True, kw_only=True):
    """A template as it was saved once. To restore it, save its text again."""

    uid: str
    text: str
    saved_by: str
    saved_at: dt.datetime


class Versions(Struct, frozen=True):
    """Newest first; the first is in force."""

    items: list[SavedVersion]
    next_cursor: NextCursor = None


LIST = Operation(
    id="listTemplates",
    summary="The templates of all kinds of channels, and the variables",
    scope="config:read",
    answer=Templates,
)
SAVE = Operation(
    id="saveTemplate",
    summary="Save the template of a kind of channel",
    description="In force from the next notice on.",
    scope="config:write",
    body=NewTemplate,
    example={"text": "{{ visitor.name }}: {{ message.content | clip(200) }}"},
    answer=Template,
    parameters=(KIND,),
    faults=(404,),
)
TRY = Operation(
    id="previewTemplate",
    again="reads",
    summary="See what a template makes of a message",
    description="Nothing is saved or sent.",
    scope="config:read",
    body=Tried,
    example={"text": "{{ visitor.name }}: {{ message.content }}"},
    answer=TemplatePreview,
    parameters=(KIND,),
    faults=(404,),
)
HISTORY = Operation(
    id="listTemplateVersions",
    summary="The last versions of a template",
    scope="config:read",
    answer=Versions,
    parameters=(KIND,),
    faults=(404,),
)


@get("/templates", opt=described(LIST))
async def listed(request: Incoming) -> Templates:
    org = bearer.of(request).organization
    saved = await template_versions.in_force(org)
    items = [await _template(request, kind, saved.get(kind)) for kind in notified()]
    described_as = [Variable(name=name, description=VARIABLES[name]) for name in VARIABLES]
    return Templates(items, described_as)


@put("/templates/{kind:str}", opt=described(SAVE))
async def save(request: Incoming, kind: FromPath[str]) -> Template:
    wanted = objects.read(bodies.json_of(request), NewTemplate)
    who = bearer.of(request)
    await template_versions.save(who.organization, kind, wanted.text, by=who.name)
    saved = await template_versions.in_force(who.organization)
    return await _template(request, kind, saved.get(kind))


@post("/templates/{kind:str}/preview", status_code=200, opt=described(TRY))
async def preview(request: Incoming, kind: FromPath[str]) -> TemplatePreview:
    tried = objects.read(bodies.json_of(request), Tried)
    who = bearer.of(request)
    if tried.message:
        bearer.needs(who, "messages:read")
    sender = await previews.of_kind(who.organization, kind)
    found = await previews.preview(who.organization, sender, tried.text, message=tried.message)
    return msgspec.convert(found, TemplatePreview, from_attributes=True)


@get("/templates/{kind:str}/versions", opt=described(HISTORY))
async def versions(request: Incoming, kind: FromPath[str]) -> Versions:
    if kind not in notified():
        raise NotFound
    found = await template_versions.history(bearer.of(request).organization, kind)
    return Versions([_version(each) for each in found])


async def _template(request: Incoming, kind: str, saved: Version | None) -> Template:
    return Template(
        kind=kind,
        text=saved.text if saved else "",
        built_in=await previews.built_in(bearer.of(request).organization, kind),
        saved_at=seconds_or_none(saved.created_at if saved else None),
        saved_by=saved.saved_by if saved else "",
    )


def _version(each: Version) -> SavedVersion:
    return SavedVersion(
        uid=each.uid, text=each.text, saved_by=each.saved_by, saved_at=seconds(each.created_at)
    )


router = Router(PREFIX, route_handlers=[listed, save, preview, versions])
