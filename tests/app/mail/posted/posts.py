"""What mail providers post, made as they make it: Postmark, SendGrid, Mailgun, Amazon SNS, and a
program that signs as Standard Webhooks says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import NamedTuple
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

BOUNDARY = "xYzZY"
TEXT = "好的，什么时候发货？"
RAW = (
    "From: =?utf-8?b?5byg5LiJ?= <zhangsan@example.com>\r\nTo: <service@shop.example>\r\n"
    "Subject: =?utf-8?b?6Zeu6LSn?=\r\nMessage-ID: <1@client.example>\r\n"
    f"Content-Type: text/plain; charset=utf-8\r\n\r\n{TEXT}\r\n"
)
HEADERS = (
    ("Message-ID", "<1@client.example>"),
    ("In-Reply-To", "<earlier@shop.example>"),
    ("Content-Type", "multipart/mixed; boundary=gone"),
)
FILE = b"\x89PNG not really"
KEY = ec.derive_private_key(1234567, ec.SECP256R1())
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()


class Post(NamedTuple):
    content_type: str
    body: bytes
    headers: dict[str, str] = {}

    @property
    def sent(self) -> dict[str, str]:
        return {"content-type": self.content_type, **self.headers}


def basic(secret: str) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(f'leavemsg:{secret}'.encode()).decode()}"}


def multipart(
    fields: dict[str, str | bytes], files: tuple[tuple[str, str, str, bytes], ...] = ()
) -> tuple[str, bytes]:
    parts = []
    for name, value in fields.items():
        content = value if isinstance(value, bytes) else value.encode()
        head = f'Content-Disposition: form-data; name="{name}"'
        parts.append(head.encode() + b"\r\n\r\n" + content)
    for name, called, kind, content in files:
        head = f'Content-Disposition: form-data; name="{name}"; filename="{called}"\r\n'
        parts.append(f"{head}Content-Type: {kind}".encode() + b"\r\n\r\n" + content)
    body = b"".join(b"--xYzZY\r\n" + each + b"\r\n" for each in parts) + b"--xYzZY--\r\n"
    return f"multipart/form-data; boundary={BOUNDARY}", body


def postmark(secret: str = "", *, raw: bool = False) -> Post:
    person = {"Email": "zhangsan@example.com", "Name": "张三", "MailboxHash": ""}
    said = {
        "FromName": "张三",
        "MessageStream": "inbound",
        "From": "zhangsan@example.com",
        "FromFull": person,
        "To": '"店" <service@shop.example>',
        "ToFull": [{"Email": "service@shop.example", "Name": "店", "MailboxHash": ""}],
        "Cc": "",
        "CcFull": [],
        "OriginalRecipient": "hash@inbound.postmarkapp.com",
        "Subject": "问货",
        "MessageID": "22c74902-a0c1-4511-804f-2341342852c9",
        "Date": "Mon, 30 Nov 2026 10:00:00 +0800",
        "TextBody": TEXT,
        "HtmlBody": f"<p>{TEXT}</p>",
        "Headers": [{"Name": name, "Value": value} for name, value in HEADERS],
        "Attachments": [
            {
                "Name": "图.png",
                "Content": base64.b64encode(FILE).decode(),
                "ContentType": "image/png",
                "ContentLength": len(FILE),
            }
        ],
    }
    if raw:
        said["RawEmail"] = RAW
    body = json.dumps(said).encode()
    return Post("application/json; charset=utf-8", body, basic(secret) if secret else {})


def sendgrid(secret: str = "", *, raw: bool = False, signs: bool = False) -> Post:
    common: dict[str, str | bytes] = {
        "to": "店 <service@shop.example>",
        "from": "张三 <zhangsan@example.com>",
        "subject": "问货".encode("gb18030"),
        "envelope": json.dumps({"to": ["service@shop.example"], "from": "zhangsan@example.com"}),
        "charsets": json.dumps({"to": "UTF-8", "subject": "gb2312", "text": "gb2312"}),
        "SPF": "pass",
        "dkim": "{@example.com : pass}",
    }
    if raw:
        kind, body = multipart({**common, "email": RAW})
    else:
        lines = "\n".join(f"{name}: {value}" for name, value in HEADERS)
        own: dict[str, str | bytes] = {
            "headers": f"{lines}\n",
            "text": TEXT.encode("gb18030"),
            "attachments": "1",
            "attachment-info": json.dumps({"attachment1": {"filename": "图.png"}}),
        }
        kind, body = multipart({**common, **own}, (("attachment1", "图.png", "image/png", FILE),))
    headers = basic(secret) if secret else {}
    if signs:
        timestamp = str(int(time.time()))
        made = KEY.sign(timestamp.encode() + body, ec.ECDSA(SHA256()))
        headers["x-twilio-email-event-webhook-timestamp"] = timestamp
        headers["x-twilio-email-event-webhook-signature"] = base64.b64encode(made).decode()
    return Post(kind, body, headers)


def mailgun(key: str, *, raw: bool = False, file: bool = False, at: float | None = None) -> Post:
    timestamp, token = str(int(at or time.time())), "t" * 50
    made = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    said: dict[str, str | bytes] = {
        "recipient": "service@shop.example",
        "sender": "bounces@example.com",
        "from": "张三 <zhangsan@example.com>",
        "subject": "问货",
        "timestamp": timestamp,
        "token": token,
        "signature": made,
    }
    if raw:
        said["body-mime"] = RAW
    else:
        own = [["From", "张三 <zhangsan@example.com>"], ["Subject", "问货"], *HEADERS]
        said |= {
            "message-headers": json.dumps(own),
            "body-plain": TEXT,
            "body-html": f"<p>{TEXT}</p>",
            "stripped-text": "好的",
        }
    if file:
        said["attachment-count"] = "1"
        return Post(*multipart(said, (("attachment-1", "图.png", "image/png", FILE),)))
    return Post("application/x-www-form-urlencoded", urlencode(said).encode())


def ses(secret: str = "", *, encoded: bool = False) -> Post:
    content = base64.b64encode(RAW.encode()).decode() if encoded else RAW
    told = {"notificationType": "Received", "mail": {}, "receipt": {}, "content": content}
    said = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": "arn:aws:sns:us-west-2:123456789012:MyTopic",
        "Message": json.dumps(told),
    }
    body = json.dumps(said).encode()
    return Post("text/plain; charset=UTF-8", body, basic(secret) if secret else {})


def program(secret: str, body: bytes = RAW.encode(), *, at: float | None = None) -> Post:
    timestamp, name = str(int(at or time.time())), "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.new(key, f"{name}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1a,old v1,{base64.b64encode(made).decode()}"
    headers = {
        "webhook-id": name,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature,
    }
    return Post("message/rfc822", body, headers)
