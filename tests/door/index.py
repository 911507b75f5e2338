"""A package index on loopback, packages made for it, and a small product with a lock of them."""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.documents import ROOT

BACKEND = """
import shutil

NAME = "shop-1.0-py3-none-any.whl"

def build_editable(folder, *_):
    shutil.copy(NAME, folder)
    return NAME
"""
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "shop"
version = "1.0"
"""


def wheel(name: str, version: str, *requires: str, extra: str = "", note: str = "") -> bytes:
    about = f"{name}-{version}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Provides-Extra: {extra}"] if extra else []
    lines += [f"Requires-Dist: {each}" for each in requires]
    tag = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {
        f"{name}.py": note,
        f"{about}/METADATA": "\n".join(lines) + "\n",
        f"{about}/WHEEL": tag,
    }
    record = "".join(f"{each},{_record(text)}\n" for each, text in files.items())
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for each, text in {**files, f"{about}/RECORD": f"{record}{about}/RECORD,,\n"}.items():
            archive.writestr(zipfile.ZipInfo(each), text)
    return made.getvalue()


def _record(text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    return f"sha256={digest},{len(text.encode())}"


class Index:
    """`packages`: files by name. Everything that is asked for is on record."""

    def __init__(self, **packages: bytes) -> None:
        self.files = packages
        self.asked: list[str] = []
        self.url = ""

    def answer(self, path: str) -> bytes | None:
        self.asked.append(path)
        if path in self.files:
            return self.files[path]
        links = [
            f'<a href="/{file}#sha256={hashlib.sha256(content).hexdigest()}">{file}</a>'
            for file, content in self.files.items()
            if file.startswith(f"{path.removeprefix('simple/').strip('/')}-")
        ]
        return "\n".join(links).encode() if links else None

    @contextmanager
    def open(self) -> Iterator[Index]:
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = index.answer(self.path.strip("/"))
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}/simple"
        yield self
        server.shutdown()
        server.server_close()


def product(folder: Path, **locked: bytes) -> Path:
    """A product with our tools, whose lock names these files."""
    shutil.copytree(ROOT / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "backend.py").write_text(BACKEND)
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "shop-1.0-py3-none-any.whl").write_bytes(wheel("shop", "1.0"))
    lines = [
        f"{file.split('-')[0]}=={file.split('-')[1]} \\\n"
        f"    --hash=sha256:{hashlib.sha256(content).hexdigest()}\n"
        for file, content in locked.items()
    ]
    (folder / "requirements.lock").write_text("".join(lines))
    return folder
