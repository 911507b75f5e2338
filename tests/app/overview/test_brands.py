"""The numbers of brands agree with the lists that they lead to."""

from __future__ import annotations

import uuid

from app import messages
from app.brands import change as brands
from app.fields.check import Answers
from app.messages import Visit, Wanted
from app.overview import figures
from app.overview.spans import Span
from app.tables import Organization


async def left(org: Organization, content: str, brand: uuid.UUID | None, how: str) -> None:
    done = await messages.leave(
        org, Answers(content=content), Visit(brand=brand), submission_id=content
    )
    if how == "handled":
        await messages.handle(org.id, done.uid, outcome="phone", by="li")
    elif how == "spam":
        await messages.spam(org.id, done.uid, by="li")


async def test_with_one_brand_there_are_none(org: Organization) -> None:
    await left(org, "one", None, "handled")
    day = await figures.today(org)
    assert (await figures.read(org, Span(day, day))).brands == []


async def test_each_brand_has_what_its_list_has(org: Organization) -> None:
    tea = (await brands.add(org, "tea", "茶馆", by="x")).id
    await brands.add(org, "coffee", "咖啡", by="x")
    hows = ("pending", "handled", "spam", "handled", "pending", "handled")
    for number, how in enumerate(hows):
        await left(org, f"number {number}", tea if number % 3 else None, how)
    day = await figures.today(org)
    found = (await figures.read(org, Span(day, day))).brands
    assert [each.name for each in found] == [org.name, "茶馆", "咖啡"]
    for each in found:
        genuine = Wanted(brand=each.uid, genuine=True, repeats=False)
        handled = Wanted(brand=each.uid, status="handled", repeats=False)
        counts = [await messages.count(org.id, wanted) for wanted in (genuine, handled)]
        assert [each.new, each.handled] == counts
