"""A receiver that only notes when each message came; a process of its own.

python -m bench.sink port [address…]
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import uvloop

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
arrivals: list[tuple[float, str]] = []


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if head.startswith(b"GET /arrivals"):
                body = json.dumps(arrivals).encode()
                arrivals.clear()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
                continue
            length = next(
                int(line[15:])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            )
            body = await reader.readexactly(length)
            told = json.loads(body)
            if "message" in told:  # An alert about another channel has none.
                arrivals.append((time.time(), told["message"]["content"]))
            writer.write(ANSWER)
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main() -> None:
    addresses = sys.argv[2:] or ["127.0.0.1"]
    server = await asyncio.start_server(serve, addresses, int(sys.argv[1]), limit=2**20)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
