"""JSON-RPC as the Model Context Protocol has it. Pure."""

from __future__ import annotations

from typing import Any

import pytest

from web.mcp import protocol
from web.mcp.protocol import RpcError

NEW = {protocol.VERSION_KEY: protocol.PER_REQUEST}


def asked(method: str = "ping", **more: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, **more}


@pytest.mark.parametrize("version", ["", *protocol.BY_HANDSHAKE])
def test_a_client_with_a_handshake_says_its_version_or_leaves_it_out(version: str) -> None:
    headers = {"mcp-protocol-version": version} if version else {}
    found = protocol.read(asked(), headers)
    assert (found.method, found.id, found.era) == ("ping", 1, "handshake")
    assert protocol.answered(found, {}) == {"jsonrpc": "2.0", "id": 1, "result": {}}


def test_the_version_of_the_client_is_taken_if_we_speak_it() -> None:
    for wanted, got in (
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2024-11-05", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
        (7, "2025-11-25"),
    ):
        assert protocol.initialized({"protocolVersion": wanted}, "")["protocolVersion"] == got


def test_a_client_without_a_handshake_repeats_itself_in_headers() -> None:
    body = asked("tools/call", params={"name": "get_stats", "_meta": NEW})
    good = {
        "mcp-protocol-version": protocol.PER_REQUEST,
        "mcp-method": "tools/call",
        "mcp-name": "get_stats",
    }
    found = protocol.read(body, good)
    assert found.era == "per_request"
    said = protocol.answered(found, {"content": []})["result"]
    assert (said["resultType"], said["_meta"][protocol.SERVER_KEY]["name"]) == (
        "complete",
        "leavemsg",
    )
    for name in good:
        with pytest.raises(RpcError) as caught:
            protocol.read(body, {**good, name: "other"})
        assert caught.value.code == protocol.HEADER_MISMATCH, name


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([asked()], protocol.INVALID_REQUEST),
        (None, protocol.INVALID_REQUEST),
        ("ping", protocol.INVALID_REQUEST),
        ({"id": 1, "method": "ping"}, protocol.INVALID_REQUEST),
        (asked(method=7), protocol.INVALID_REQUEST),  # type: ignore[arg-type]
        (asked(params=[]), protocol.INVALID_REQUEST),
        (asked(id=None), protocol.INVALID_REQUEST),
        (asked(id=True), protocol.INVALID_REQUEST),
        (asked(id=1.5), protocol.INVALID_REQUEST),
    ],
)
def test_what_is_no_request_is_refused(body: Any, code: int) -> None:
    with pytest.raises(RpcError) as caught:
        protocol.read(body, {})
    assert caught.value.code == code
    assert protocol.failed(caught.value)["error"]["code"] == code
    assert protocol.status_of(caught.value, None) == 400


def test_a_version_that_nobody_speaks_is_named() -> None:
    with pytest.raises(RpcError) as caught:
        protocol.read(asked(), {"mcp-protocol-version": "1999-01-01"})
    assert caught.value.data == {"supported": [*protocol.SUPPORTED], "requested": "1999-01-01"}


def test_what_wants_no_answer_has_no_id() -> None:
    told = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert protocol.read(told, {}).id is None
    assert protocol.read({"jsonrpc": "2.0", "id": 4, "result": {}}, {}).id is None
