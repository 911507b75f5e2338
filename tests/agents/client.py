"""What the official client of the Model Context Protocol finds here. It runs in an environment of
its own, without the product: its arguments are the address and two tokens."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

MODES = ("auto", "legacy")


async def look(url: str, token: str, mode: Any) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    http = create_mcp_http_client(headers=headers)
    async with Client(streamable_http_client(url, http_client=http), mode=mode) as client:
        listed = await client.list_tools()
        names = {each.name for each in listed.tools}
        assert {"list_messages", "propose_reply"} <= names, names
        assert "handle_message" not in names, names
        found = await client.call_tool("list_messages", {"q": "MCP"})
        assert not found.is_error, found
        data: Any = found.structured_content
        (message,) = data["untrusted_data"]["items"]
        assert message["visitor"]["phone"] != "13800138000", message
        uid = message["uid"]
        said = await client.call_tool("propose_reply", {"uid": uid, "text": f"您好 {mode}"})
        assert not said.is_error, said
        refused = await client.call_tool("handle_message", {"uid": uid})
        assert refused.is_error, refused
        sys.stdout.write(f"{mode}: version {client.protocol_version}, {len(names)} tools\n")


async def is_let_in(url: str, token: str) -> bool:
    http = create_mcp_http_client(headers={"Authorization": f"Bearer {token}"})
    try:
        async with Client(streamable_http_client(url, http_client=http)) as client:
            await client.list_tools()
    except Exception:  # The client wraps what it is refused in groups of its own.
        return False
    return True


async def main(url: str, token: str, other: str) -> None:
    for mode in MODES:
        await look(url, token, mode)
    assert not await is_let_in(url, other), "a token without mcp is let in"
    assert await is_let_in(url, token)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
