"""Settings that every brand has of its own: which brand a page is about, and the addresses that
keep it. `?brand=` names one by its slug; without it, it is the first."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Response

from app.brands import stored as brands
from app.brands.shape import Brand
from web.console.auth import Desk
from web.http.render import see
from web.http.request import Incoming

BRAND = "brand"


async def brand_of(request: Incoming, desk: Desk) -> Brand:
    """Raises NotFound for one that is not theirs."""
    if slug := request.query_params.get(BRAND, ""):
        return await brands.one(desk.org, slug)
    return next(each for each in await brands.all_of(desk.org) if each.is_first)


def to(brand: Brand, address: str) -> str:
    """The address with the brand, unless it is the first."""
    if brand.is_first:
        return address
    path, mark, anchor = address.partition("#")
    return f"{path}{'&' if '?' in path else '?'}{BRAND}={brand.slug}{mark}{anchor}"


def see_at(brand: Brand, address: str) -> Response[None]:
    return see(to(brand, address))


async def chooser(desk: Desk, brand: Brand, here: str) -> dict[str, Any]:
    """The context of a page about one brand. `brands` are all, with the page's address for each;
    none while there is only one."""
    known = await brands.all_of(desk.org)
    several = [(each, to(each, here)) for each in known] if len(known) > 1 else []
    return {"brand": brand, "brands": several, "to": partial(to, brand)}
