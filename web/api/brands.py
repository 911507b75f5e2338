"""The brands of an organization, for programs."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get
from msgspec import Meta, Struct

from app.brands import stored as brands
from app.brands.shape import Brand
from app.people import organizations
from web.api import bearer
from web.http.operation import PREFIX, Operation, described
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


LIST = Operation(
    id="listBrands",
    summary="The brands of the organization",
    description="There is one at first, whose uid is the organization's. Those that are archived "
    "stand at the end.",
    scope="messages:read",
    answer=Brands,
)


@get("/brands", opt=described(LIST))
async def listing(request: Incoming) -> Brands:
    org = await organizations.by_id(bearer.of(request).organization)
    return Brands([BrandEntry.of(each) for each in await brands.all_of(org)])


router = Router(PREFIX, route_handlers=[listing])
