"""A fake store that speaks S3: objects of one bucket, for whoever signs with its key (Signature
Version 4). It checks the whole signature, the sum of the body and the clock, as the real ones do.

    async with FakeS3() as store:
        store.url
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import ssl
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from .clock import Clock
from .server import Answer, HttpServer
from .wire import Request

KEY, SECRET, REGION, BUCKET = "AKFAKE", "fake/secret+key", "fake-east-1", "photos"
RANGE = re.compile(r"bytes=([0-9]+)-([0-9]+)")
CREDENTIAL = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)
SKEW = dt.timedelta(minutes=15)


class FakeS3:
    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.tls = tls
        self.objects: dict[str, bytes] = {}
        self.refused: list[str] = []
        """Why, for each request that was."""
        self.away = False
        """Answers 503 to everybody."""
        self._server = HttpServer(self._respond, lambda _: False, Clock())
        self.port = 0

    @property
    def url(self) -> str:
        secret = SECRET.replace("/", "%2F").replace("+", "%2B")
        host = f"127.0.0.1:{self.port}"
        scheme = "s3" if self.tls else "s3+http"
        return f"{scheme}://{KEY}:{secret}@{host}/{BUCKET}/desk?region={REGION}"

    async def __aenter__(self) -> Self:
        self.port = await self._server.start("127.0.0.1", 0, self.tls)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        await self._server.stop()

    async def _respond(self, request: Request) -> Answer:
        if self.away:
            return _fault(503, "SlowDown")
        if why := self._wrong(request):
            self.refused.append(why)
            return _fault(403, why)
        path = unquote(urlsplit(request.target).path)
        if not path.startswith(f"/{BUCKET}/"):
            return _fault(404, "NoSuchBucket")
        name = path.removeprefix(f"/{BUCKET}/")
        if request.method == "PUT":
            self.objects[name] = request.body
            return Answer(200, headers=(("ETag", f'"{hashlib.md5(request.body).hexdigest()}"'),))
        if request.method == "DELETE":
            self.objects.pop(name, None)
            return Answer(204)
        if request.method not in {"GET", "HEAD"}:
            return _fault(405, "MethodNotAllowed")
        if name not in self.objects:
            return _fault(404, "NoSuchKey")
        content = self.objects[name]
        headers = (
            ("ETag", f'"{hashlib.md5(content).hexdigest()}"'),
            ("Last-Modified", f"{dt.datetime.now(dt.UTC):%a, %d %b %Y %H:%M:%S} GMT"),
        )
        known = {name.lower(): value for name, value in request.headers}
        if part := RANGE.fullmatch(known.get("range", "")):
            start, end = int(part[1]), min(int(part[2]) + 1, len(content))
            said = (("Content-Range", f"bytes {start}-{end - 1}/{len(content)}"),)
            return Answer(206, content[start:end], headers=(*headers, *said))
        return Answer(200, content if request.method == "GET" else b"", headers=headers)

    def _wrong(self, request: Request) -> str:
        """Why the request is refused; empty when it is signed as it must be."""
        known = {name.lower(): value.strip() for name, value in request.headers}
        found = CREDENTIAL.fullmatch(known.get("authorization", ""))
        if not found:
            return "AccessDenied"
        key, day, region, signed, signature = found.groups()
        if key != KEY:
            return "InvalidAccessKeyId"
        if region != REGION:
            return "AuthorizationHeaderMalformed"
        moment = known.get("x-amz-date", "")
        if not _is_now(moment) or not moment.startswith(day):
            return "RequestTimeTooSkewed"
        names = signed.split(";")
        if names != sorted(names) or not {"host", "x-amz-date"} <= set(names):
            return "SignatureDoesNotMatch"
        digest = known.get("x-amz-content-sha256", "")
        if digest not in {"UNSIGNED-PAYLOAD", hashlib.sha256(request.body).hexdigest()}:
            return "XAmzContentSHA256Mismatch"
        parts = urlsplit(request.target)
        query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
        lines = "".join(f"{name}:{known.get(name, '')}\n" for name in names)
        whole = f"{request.method}\n{parts.path}\n{query}\n{lines}\n{signed}\n{digest}"
        scope = f"{day}/{region}/s3/aws4_request"
        summed = hashlib.sha256(whole.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{summed}"
        made = b"AWS4" + SECRET.encode()
        for each in (day, region, "s3", "aws4_request", text):
            made = hmac.new(made, each.encode(), hashlib.sha256).digest()
        return "" if hmac.compare_digest(made.hex(), signature) else "SignatureDoesNotMatch"


def _is_now(text: str) -> bool:
    try:
        moment = dt.datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    except ValueError:
        return False
    return abs(dt.datetime.now(dt.UTC) - moment) < SKEW


def _fault(status: int, code: str) -> Answer:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>"
    return Answer(status, body.encode(), headers=(("Content-Type", "application/xml"),))
