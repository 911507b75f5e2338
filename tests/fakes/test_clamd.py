"""The fake scanner is as strict as the real one."""

from __future__ import annotations

import asyncio

from tests.fakes.clamd import FakeClamd


async def test_it_knows_its_commands_only() -> None:
    async with FakeClamd() as scanner:
        host, _, port = scanner.address.partition(":")
        said = []
        for command in (b"zPING\0", b"zSCAN /etc/passwd\0"):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(command)
            said.append(await reader.read())
            writer.close()
        assert said == [b"PONG\0", b"UNKNOWN COMMAND\0"]
