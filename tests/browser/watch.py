"""What no page may do unless a test says so: complain, break its own policy, ask a third site."""

from __future__ import annotations

import re

from playwright.async_api import BrowserContext, ConsoleMessage

# A form with faults is a 422, which Chromium notes as a failed resource.
FAULTY = r"^Failed to load resource: .*\b422\b"
# A policy that was broken is never quiet, wherever it happens.
REPORTS = """addEventListener('securitypolicyviolation', (event) =>
  console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI));"""


PATIENCE = 30_000
"""Milliseconds that a test waits for a thing to happen: what takes longer does not come."""


class Watch:
    """Over every page, frame and worker of the contexts it is shown."""

    def __init__(self, *own: str) -> None:
        """`own`: how the addresses of both sites begin."""
        self.own = (*own, "data:", "about:", "blob:")
        self.complaints: list[str] = []

    def over(self, context: BrowserContext, expects: str = FAULTY) -> None:
        def note(text: str) -> None:
            if not re.search(expects, text):
                self.complaints.append(text)

        def heard(message: ConsoleMessage) -> None:
            if message.type == "error":
                note(message.text)

        def asked(url: str) -> None:
            if not url.startswith(self.own):
                self.complaints.append(f"request to {url}")

        context.set_default_timeout(PATIENCE)
        context.on("console", heard)
        context.on("weberror", lambda said: note(said.error.message))
        context.on("request", lambda request: asked(request.url))
