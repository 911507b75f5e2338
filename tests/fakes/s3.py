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
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

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
        self.uploads: dict[str, dict[int, bytes]] = {}
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
        parts = urlsplit(request.target)
        path, asked = unquote(parts.path), dict(parse_qsl(parts.query, keep_blank_values=True))
        return self._done(request, path, asked)

    def _done(self, request: Request, path: str, asked: dict[str, str]) -> Answer:
        if path.rstrip("/") == f"/{BUCKET}" and "list-type" in asked:
            return self._list(asked.get("prefix", ""))
        if not path.startswith(f"/{BUCKET}/"):
            return _fault(404, "NoSuchBucket")
        name = path.removeprefix(f"/{BUCKET}/")
        if asked.keys() & {"uploads", "uploadId"}:
            return self._parts(request, name, asked)
        if request.method == "PUT":
            self.objects[name] = request.body
            return Answer(200, headers=(("ETag", f'"{hashlib.md5(request.body).hexdigest()}"'),))
        if request.method == "DELETE":
            self.objects.pop(name, None)
            return Answer(204)
        if request.method not in {"GET", "HEAD"}:
            return _fault(405, "MethodNotAllowed")
        return self._got(request, name)

    def _got(self, request: Request, name: str) -> Answer:
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

    def _list(self, prefix: str) -> Answer:
        found = "".join(
            f"<Contents><Key>{escape(name)}</Key><Size>{len(content)}</Size>"
            "<LastModified>2026-01-01T00:00:00Z</LastModified></Contents>"
            for name, content in sorted(self.objects.items())
            if name.startswith(prefix)
        )
        return _said(
            f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>"
        )

    def _parts(self, request: Request, name: str, asked: dict[str, str]) -> Answer:
        """A large object comes in parts, and is there when all of them are named."""
        if request.method == "POST" and "uploads" in asked:
            upload = f"upload-{len(self.uploads)}"
            self.uploads[upload] = {}
            return _said(
                f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId>"
                "</InitiateMultipartUploadResult>"
            )
        parts = self.uploads[asked["uploadId"]]
        if request.method == "PUT":
            parts[int(asked["partNumber"])] = request.body
            return Answer(200, headers=(("ETag", f'"{hashlib.md5(request.body).hexdigest()}"'),))
        if request.method == "POST":
            self.objects[name] = b"".join(parts[number] for number in sorted(parts))
            return _said(
                "<CompleteMultipartUploadResult><ETag>&quot;whole&quot;</ETag>"
                "</CompleteMultipartUploadResult>"
            )
        return Answer(204)

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


def _said(body: str) -> Answer:
    whole = f"<?xml version='1.0'?>{body}".encode()
    return Answer(200, whole, headers=(("Content-Type", "application/xml"),))


def _fault(status: int, code: str) -> Answer:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>"
    return Answer(status, body.encode(), headers=(("Content-Type", "application/xml"),))
