"""A new brand that begins as another one is."""

from __future__ import annotations

from app import database
from app.brands import change
from app.brands.shape import Brand
from app.fields import versions
from app.presence import change as hours
from app.tables import Organization
from app.widget import change as widget


async def add_like(
    org: Organization, slug: str, name: str, like: Brand | None, *, by: str
) -> Brand:
    """With the form in force, the look, the ways to be reached and the office hours of `like`; its
    sites and its secret stay its own. Raises Invalid at /slug and /name."""
    async with database.transaction():
        made = await change.add(org, slug, name, by=by)
        if like is not None:
            await _copy(like, made, by)
    return made


async def _copy(like: Brand, made: Brand, by: str) -> None:
    form = await versions.published_now(like.id)
    if not form.is_open:
        await versions.edit(made.id, lambda _: form)
        await versions.publish(made.id, by=by)
    await widget.begin_like(made.id, like.id, by=by)
    await hours.begin_like(made.id, like.id, by=by)
