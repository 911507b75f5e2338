"""What any brand asks."""

from __future__ import annotations

from app.brands import change as brands
from app.brands.forms import form_of_all
from app.fields import change, versions
from app.tables import Organization


async def test_what_one_brand_asks_is_asked(org: Organization) -> None:
    before = await form_of_all(org)
    assert before == await versions.published(org.id)
    made = await brands.add(org, "tea", "茶馆", by="x")
    key = await change.add(made.id, "text", by="x")
    await versions.publish(made.id, by="x")
    found = await form_of_all(org)
    assert {field.key for field in found.fields} == {*(f.key for f in before.fields), key}
    await brands.archive(org, "tea", by="x")
    assert await form_of_all(org) == before
