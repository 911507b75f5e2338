"""A shop on another site than the product, the widget on its pages, and the admin who sets it up.
The shop is on localhost, the product on 127.0.0.1, so browsers keep them apart."""

from __future__ import annotations

import asyncio
import http.server
import threading
from typing import Any

import httpx

from tests.browser.product import Product
from tests.processes import TLS

WORDS = "<p>" + "西湖龙井，明前头采，清香回甘。" * 12 + "</p>"
PAGE = """<!doctype html>
<html {html}><head><meta charset="utf-8"><title>好茶铺</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
{head}</head><body><h1>好茶铺</h1>{body}{tag}</body></html>"""


SECONDS = 5
"""Enough for what boot.json says, which may be two seconds old."""


class Site(http.server.ThreadingHTTPServer):
    """Answers what was put there."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server_port}"

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        body, headers = self.server.pages.get(self.path.partition("?")[0], ("", {}))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        pass


class Shop:
    """One organization, one site, one admin."""

    def __init__(self, product: Product, site: Site) -> None:
        self.product, self.site = product, site
        self.slug, self.url, self.form = product.slug, product.url, product.url + product.form
        self.api, self.messages, self.post = product.api, product.messages, product.post
        self.count = 0
        # Without it no page of another site may have the form in a frame.
        self.settings(embedding="any")

    def page(
        self,
        *,
        attributes: str = "",
        head: str = "",
        body: str = WORDS,
        html: str = 'lang="zh-CN"',
        tag: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> str:
        """The address of a new page with the widget on it."""
        self.count += 1
        path = f"/{self.slug}/page-{self.count}"
        script = self.tag(attributes) if tag is None else tag
        text = PAGE.format(html=html, head=head, body=body, tag=script)
        self.site.pages[path] = (text, headers or {})
        return self.site.url + path

    def tag(self, attributes: str = "", *, path: str = "/embed/v1.js") -> str:
        source = f'src="{self.url}{path}" data-lm-site="{self.slug}"'
        return f"<script async {source} {attributes}></script>"

    def settings(self, **changes: str) -> None:
        self.post("/settings/widget", **changes)

    def agents(self, online: int) -> None:
        answer = self.api("PUT", "/presence", json={"agents_online": online, "ttl": 600})
        assert answer.status_code == 200, answer.text

    async def says(self, state: str) -> None:
        """Waits until boot.json says so."""
        found = ""
        async with (
            httpx.AsyncClient(base_url=self.url, verify=TLS) as client,
            asyncio.timeout(SECONDS),
        ):
            while found != state:
                found = (await client.get(f"{self.product.form}/boot.json")).json()["state"]
                await asyncio.sleep(0.1)
