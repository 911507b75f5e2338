"""/.well-known/security.txt: only once the operator has said to whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

HERE = "/.well-known/security.txt"


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_it_names_whom_the_operator_names(
    visitor: httpx.AsyncClient, configure: Callable[..., Any]
) -> None:
    configure()
    assert (await visitor.get(HERE)).status_code == 404
    current = configure(LEAVEMSG_SECURITY_CONTACT="security@shop.example,https://shop.example/s")
    answer = await visitor.get(HERE)
    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "text/plain; charset=utf-8",
    )
    assert answer.text.startswith("Contact: mailto:security@shop.example\nContact: https://shop")
    assert f"Canonical: {current.base_url}{HERE}\n" in answer.text
    assert (await visitor.post(HERE)).status_code == 405
