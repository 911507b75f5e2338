"""A shop on another site than the product, the widget on its pages, and the admin who sets it up.
The shop is on localhost, the product on 127.0.0.1, so browsers keep them apart."""

from __future__ import annotations

import http.server
import threading
from pathlib import Path
from typing import Any

import httpx

from tests.processes import Process, command, serve
from tests.web.reading import Page

EMAIL, PASSWORD = "owner@shop.example", "correct horse 9"
WORDS = "<p>" + "西湖龙井，明前头采，清香回甘。" * 12 + "</p>"
PAGE = """<!doctype html>
<html {html}><head><meta charset="utf-8"><title>好茶铺</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
{head}</head><body><h1>好茶铺</h1>{body}{tag}</body></html>"""
USUAL = {
    "embedding": "any",
    "hosts": "",
    "show": "offline",
    "online": "hide",
    "chat_link": "",
    "label": "",
    "context": "",
    "phone": "",
}


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
    """One product, one site, one admin."""

    def __init__(self, folder: Path) -> None:
        self.product: Process = serve(folder / "data")
        env = self.product.env
        command("admin", "create", "--email", EMAIL, "--password-stdin", env=env, input=PASSWORD)
        made = command("token", "create", "--name", "t", "--scopes", "all", env=env)
        self.token = made.stdout.strip()
        self.site = Site()
        self.count = 0
        self.csrf = ""

    async def open(self) -> Shop:
        self.product.start()
        await self.product.ready()
        self.client = httpx.Client(base_url=self.product.url, headers={"Origin": self.product.url})
        self.client.post("/login", data={"email": EMAIL, "password": PASSWORD})
        return self

    def close(self) -> None:
        self.client.close()
        self.site.close()
        self.product.stop()

    @property
    def url(self) -> str:
        """Of the product."""
        return self.product.url

    @property
    def form(self) -> str:
        return f"{self.url}/w/default"

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
        path = f"/page-{self.count}"
        script = self.tag(attributes) if tag is None else tag
        text = PAGE.format(html=html, head=head, body=body, tag=script)
        self.site.pages[path] = (text, headers or {})
        return self.site.url + path

    def tag(self, attributes: str = "", *, path: str = "/embed/v1.js") -> str:
        source = f'src="{self.url}{path}" data-lm-site="default"'
        return f"<script async {source} {attributes}></script>"

    def post(self, path: str, **form: str) -> httpx.Response:
        """As the admin does in the console."""
        self.csrf = self.csrf or Page(self.client.get("/settings/widget")).csrf
        answer = self.client.post(path, data={"csrf_token": self.csrf, **form})
        assert answer.status_code in {200, 303}, answer.text
        return answer

    def settings(self, **changes: str) -> None:
        self.post("/settings/widget", **changes)

    def reset(self) -> None:
        """As usual again: nobody there, nothing chosen, every site allowed."""
        self.settings(**USUAL)
        self.agents(0)

    def agents(self, online: int) -> None:
        answer = self.api("PUT", "/presence", json={"agents_online": online, "ttl": 600})
        assert answer.status_code == 200, answer.text

    def api(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.url}/api/v1/leavemsg{path}"
        return httpx.request(method, url, headers=headers, **options)

    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api("GET", "/query/org").json()["items"]
        return found
