"""A request as our handlers know it."""

from __future__ import annotations

from typing import Any

from litestar import Request

Incoming = Request[Any, Any, Any]

FRAME_ANCESTORS = "frame_ancestors"
"""Key in a request's state for the sites that may frame its answer."""
SHOWN = "shown_token"
"""Key in a request's state for the id of the token that it shows, also when it is refused."""
READS_FIRST = "reads_first"
"""Key in a request's state: it only finds out the ETag for a request that changes something."""
THROUGH = "through"
"""Key in a request's state for the tool of the MCP server that asks it, within this process."""
LOGGED = "logged"
"""Key in a request's state for what the log of its token says behind the route."""
ROOM = "room"
"""Key in a request's state for what its caller may still ask: an app.limits.Room."""
WHOLE = "whole"
"""Key in a request's state: all of its body is here, and nobody has to wait for it."""
VISITOR = ("/w/", "/f/")
"""Where the addresses of pages for visitors begin."""
PROVIDERS = "/inbound/"
"""Where the addresses begin that mail providers post to."""
MAIL = (PROVIDERS, "/api/v1/leavemsg/mail/inbound")
"""Where whole mails come in."""
PROBES = frozenset({"/livez", "/readyz", "/metrics"})
"""What whoever watches the processes asks all day."""
