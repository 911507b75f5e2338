"""Lines that people paste as they are: into their pages, and in front of the product."""

from __future__ import annotations

PROXY = "desk.example.com {{\n    reverse_proxy localhost:{port}\n}}"
"""Of Caddy, which gets the certificate by itself."""


def tag(
    base: str, slug: str, *, backup: str = "", more: str = "", path: str = "/embed/v1.js"
) -> str:
    """The code of the widget, for one brand's pages. `backup` is another address of the product."""
    spare = f' data-lm-backup="{backup}"' if backup else ""
    return f'<script async src="{base}{path}" data-lm-site="{slug}"{spare}{more}></script>'


def proxy(port: int) -> str:
    return PROXY.format(port=port)
