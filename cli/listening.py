"""What every server of a process has: its own socket, and no say in signals."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

import uvicorn


class Unsignalled(uvicorn.Server):
    """Leaves signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


def bound(host: str, port: int, backlog: int) -> socket.socket:
    """It listens already, so that early clients wait and the port is ours. Raises OSError."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(backlog)
    except OSError:
        sock.close()
        raise
    return sock
