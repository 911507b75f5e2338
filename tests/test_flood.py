"""A flood keeps nobody else out: few posts here, the full size is in bench/."""

from __future__ import annotations

from pathlib import Path

from bench.flood import SETTINGS, meet
from tests.processes import serve

POSTS, ADDRESSES = 500, 25
PACE = 0.2
TAKEN = 5
"""In a minute, from one address, also on a machine so busy that Redis answers late."""


async def test_real_visitors_get_their_receipt_while_a_few_addresses_flood_the_form(
    tmp_path: Path,
) -> None:
    process = serve(tmp_path / "data", **SETTINGS).start()
    try:
        await process.ready()
        felt, statuses, _ = await meet(process, POSTS, addresses=ADDRESSES, pace=PACE, typing=0.5)
    finally:
        process.stop()
    assert felt.thanked == felt.visitors > 0
    assert statuses["201"] + statuses["303"] <= TAKEN * ADDRESSES
    assert statuses["429"] >= POSTS / 8
    assert set(statuses) <= {"201", "303", "422", "429"}
