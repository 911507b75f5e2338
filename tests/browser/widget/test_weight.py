"""What the widget costs a page before anybody clicks: bytes on the wire, a layout that stays and a
processor that is free."""

from __future__ import annotations

from bench.widget import BEFORE_BYTES, BEFORE_REQUESTS, SHIFTS, Wire
from tests.browser.shop import Shop
from tests.browser.widget.conftest import Guest, Visit

VISITS = 3


async def settled(guest: Guest) -> None:
    await guest.launcher.wait_for()
    await guest.waits_for("boot")
    await guest.page.wait_for_load_state("networkidle")


async def test_before_a_click_it_costs_few_bytes(visit: Visit, shop: Shop) -> None:
    guest = await visit("about:blank")
    session = await guest.context.new_cdp_session(guest.page)
    await session.send("Network.enable")
    wire = Wire(shop.url)
    wire.watch(session)
    await guest.page.goto(shop.page())
    await settled(guest)

    requests, size = wire.take()
    assert requests == BEFORE_REQUESTS
    assert 0 < size <= BEFORE_BYTES


async def test_nothing_on_the_page_moves_when_it_appears(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), init=SHIFTS)
    await settled(guest)
    await drawn(guest)
    assert await guest.page.evaluate("window.shift") == 0


async def test_everything_of_the_page_stays_where_it_is_when_it_opens(
    visit: Visit, shop: Shop
) -> None:
    guest = await visit(shop.page())
    await settled(guest)
    before = await places(guest)
    await guest.open()
    await drawn(guest)
    assert await places(guest) == before


async def places(guest: Guest) -> list[list[float]]:
    found: list[list[float]] = await guest.page.evaluate(
        """[...document.body.children].filter((e) => e.localName !== 'leave-message')
        .map((e) => e.getBoundingClientRect()).map((r) => [r.x, r.y, r.width, r.height])"""
    )
    return found


async def test_a_page_that_does_move_would_be_noticed(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), init=SHIFTS)
    await settled(guest)
    await drawn(guest)
    await guest.page.evaluate(
        "document.body.prepend(Object.assign(document.createElement('p'), {textContent: '新'}))"
    )
    await guest.page.wait_for_function("window.shift > 0")


async def test_it_never_keeps_the_page_waiting(visit: Visit, shop: Shop) -> None:
    """A machine that is busy makes one visit slow; a script that works long would make each so."""
    counts = []
    for _ in range(VISITS):
        guest = await visit(shop.page(), init=SHIFTS)
        await settled(guest)
        await drawn(guest)
        counts.append(await guest.page.evaluate("window.tasks"))
    assert min(counts) == 0


async def drawn(guest: Guest) -> None:
    """What the frames so far have shown is noted by now."""
    await guest.page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>"
        " setTimeout(done))))"
    )
