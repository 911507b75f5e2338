"""A flooded form in the panel of another site."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.browser.shop import Shop
from tests.browser.test_proof import ONE_A_MINUTE
from tests.browser.visitor import RECEIPT, TEXT, sent
from tests.browser.widget.conftest import Visit
from tests.processes import Process, serve


@pytest.fixture(scope="module")
async def process(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Process]:
    running = serve(tmp_path_factory.mktemp("product") / "data", **ONE_A_MINUTE).start()
    yield await running.ready()
    running.stop()


async def test_one_click_is_enough_there_too(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page())
    await sent(await guest.open(), "先来的一条")
    await guest.page.goto(shop.page())
    form = await guest.open()
    await sent(form)
    await form.wait_for_selector(RECEIPT)
    detail = await guest.waits_for("submitted")
    assert shop.product.contents() == [(TEXT, "pending"), ("先来的一条", "pending")]
    assert shop.messages()[0]["reference"] == detail["reference"]
