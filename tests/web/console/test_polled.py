"""A part of a page that is asked for again and again."""

from __future__ import annotations

import httpx

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


async def test_a_part_that_is_known_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/deliveries", headers=HTMX)
    tag = first.headers["HX-PTag"]
    assert first.status_code == 200
    assert first.text
    again = await client.get("/deliveries", headers={**HTMX, "HX-PTag": tag})
    assert (again.status_code, again.text) == (304, "")
    other = await client.get("/deliveries?state=failed", headers={**HTMX, "HX-PTag": tag})
    assert other.status_code == 200
