"""What visitors are asked by any brand of an organization."""

from __future__ import annotations

from app.brands.stored import of
from app.fields import versions
from app.fields.several import together
from app.fields.shape import Form
from app.tables import Organization


async def form_of_all(org: Organization) -> Form:
    """The forms in force as one, two seconds old at most."""
    return together([await versions.published(each.id) for each in await of(org)])
