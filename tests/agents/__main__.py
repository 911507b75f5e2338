"""The MCP server against the official client, both as their users start them; the exit code is 1
when the client does not find what it should."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx

from tests.processes import ROOT, serve
from tools import environment

CLIENT = ROOT / "tests/agents/client.py"
BASE = "/api/v1/leavemsg"


def main() -> int:
    python = environment.program("python", ROOT / "build/mcp", ROOT / "tools/mcp.lock")
    with tempfile.TemporaryDirectory(prefix="lm-mcp-") as folder:
        product = serve(Path(folder) / "data").start()
        try:
            asyncio.run(product.ready())
            agent = product.token("mcp,messages:read,drafts:write")
            other = product.token("messages:read,messages:write")
            message = {"visitor": {"phone": "13800138000"}, "message": {"content": "MCP?"}}
            left = httpx.post(f"{product.url}{BASE}/messages", json=message)
            assert left.status_code == 201, left.text
            # A script: its own folder is not where `mcp` is looked for.
            asked = [python, "-P", str(CLIENT), f"{product.url}{BASE}/mcp", agent, other]
            return subprocess.run(asked, check=False).returncode
        finally:
            product.stop()


if __name__ == "__main__":
    sys.exit(main())
