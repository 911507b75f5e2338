"""The brands of an organization, for programs."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Router, get, put
from litestar.params import FromPath
from msgspec import Meta, Struct

from app.brands import stored as brands
from app.brands.shape import Brand
from app.configuration import brands as configuration
from app.people import organizations
from app.tables import Organization
from web.api import bearer
from web.api.paging import NextCursor
from web.http import bodies
from web.http.bodies import CONFIG_LIMIT
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming


class BrandEntry(Struct, frozen=True, kw_only=True):
    """One brand: an address of its own for visitors, with its own form, widget and hours."""

    uid: str
    slug: Annotated[str, Meta(description="Of its address: `/w/{slug}`. It never changes.")]
    name: Annotated[str, Meta(description="What visitors read.")]
    locale: str
    archived: Annotated[bool, Meta(description="It takes no messages any more.")]

    @classmethod
    def of(cls, brand: Brand) -> BrandEntry:
        return cls(
            uid=str(brand.id),
            slug=brand.slug,
            name=brand.name,
            locale=brand.locale,
            archived=brand.archived,
        )


class Brands(Struct, frozen=True):
    """All of an organization's, in their order."""

    items: list[BrandEntry]
    next_cursor: NextCursor = None


LIST = Operation(
    id="listBrands",
    summary="The brands of the organization",
    description="There is one at first, whose uid is the organization's. Those that are archived "
    "stand at the end.",
    scope="messages:read",
    answer=Brands,
)


UID = Parameter("uid", "The brand.", {"type": "string", "format": "uuid"}, "path")


class NewBrandSettings(Struct, frozen=True, kw_only=True):
    """What is to be changed of a brand."""

    name: str = ""
    locale: str = ""
    channels: Annotated[list[str], Meta(description="By name or uid; none: all are told.")] = []
    form: dict[str, Any] = {}
    hours: dict[str, Any] = {}
    widget: dict[str, Any] = {}


class BrandSettings(Struct, frozen=True, kw_only=True):
    """One brand, with what it has of its own. `form`, `hours` and `widget` are written as in the
    [configuration file](configuration.md), without what is the default."""

    slug: str
    name: str
    form: dict[str, Any]
    hours: dict[str, Any]
    widget: dict[str, Any]
    locale: Annotated[str | None, Meta(description="Left out where it is the organization's.")] = (
        None
    )
    channels: Annotated[
        list[str], Meta(description="Who is told of its messages; left out where all are.")
    ] = []


READ = Operation(
    id="getBrand",
    summary="A brand with its form, office hours and widget",
    scope="config:read",
    answer=BrandSettings,
    parameters=(UID,),
    faults=(404,),
)
REPLACE = Operation(
    id="replaceBrand",
    summary="Replace what a brand has of its own",
    description="What is left out stays as it is; of what is given, `form`, `hours` and `widget` "
    "are replaced whole, and the form is published.",
    scope="config:write",
    body=NewBrandSettings,
    example={"name": "Tea house", "hours": {"timezone": "Asia/Shanghai", "weekly": {}}},
    answer=BrandSettings,
    answered="As it is now.",
    parameters=(UID,),
    faults=(404,),
)


@get("/brands/{uid:str}", opt=described(READ))
async def read(request: Incoming, uid: FromPath[str]) -> dict[str, Any]:
    return await configuration.one(await _org(request), uid)


@put("/brands/{uid:str}", request_max_body_size=CONFIG_LIMIT, opt=described(REPLACE))
async def replace(request: Incoming, uid: FromPath[str]) -> dict[str, Any]:
    raw, by = bodies.json_of(request), bearer.of(request).name
    return await configuration.replace_one(await _org(request), uid, raw, by=by)


async def _org(request: Incoming) -> Organization:
    return await organizations.by_id(bearer.of(request).organization)


@get("/brands", opt=described(LIST))
async def listing(request: Incoming) -> Brands:
    return Brands([BrandEntry.of(each) for each in await brands.all_of(await _org(request))])


router = Router(PREFIX, route_handlers=[listing, read, replace])
