"""Platforms of presets, as strict as their pages say: what a careless request gets away with
elsewhere is refused here. Each answers one request with a status and a body.

ServerChan's refusals are as people have reported them; the others stand in documentation:
https://www.pushplus.plus/doc, https://wxpusher.zjiecode.com/docs, https://www.twilio.com/docs,
https://help.aliyun.com/document_detail/101346.html, and ntfy's server/errors.go.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

from app.channels.written import Written

Said = tuple[int, str]


class Account(NamedTuple):
    """What the platform knows of its customer. `trouble` is a state of the account there."""

    key: str
    secret: str = ""
    to: tuple[str, ...] = ()
    trouble: str = ""


def as_json(status: int, /, **said: Any) -> Said:
    return status, json.dumps(said, ensure_ascii=False)


def body_of(request: Written, method: str, url: str, media: str) -> dict[str, Any]:
    """Raises AssertionError for what no platform would even read."""
    parts = urlsplit(request.address)
    assert (request.method, f"{parts.scheme}://{parts.netloc}{parts.path}") == (method, url)
    assert request.headers["Content-Type"].split(";")[0] == media
    if media == "application/json":
        found = json.loads(request.content)
        assert isinstance(found, dict)
        return found
    pairs = parse_qsl(request.content.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def pushplus(request: Written, account: Account) -> Said:
    said = body_of(request, "POST", "https://www.pushplus.plus/send", "application/json")
    codes = {"unverified": 905, "limited": 900, "poor": 888, "ip": 403, "busy": 500}
    if said.get("token") != account.key:
        return as_json(200, code=903, msg="无效的用户令牌", data=None)
    if code := codes.get(account.trouble):
        return as_json(200, code=code, msg=account.trouble, data=None)
    if not said.get("content") or said.get("template") not in ("html", "txt", "json", "markdown"):
        return as_json(200, code=999, msg="服务端验证错误", data=None)
    return as_json(200, code=200, msg="请求成功", data="9f2b")


def wxpusher(request: Written, account: Account) -> Said:
    url = "https://wxpusher.zjiecode.com/api/send/message"
    said = body_of(request, "POST", url, "application/json")
    if said.get("appToken") != account.key:
        return as_json(200, code=1001, msg="appToken 错误", data=None, success=False)
    content, uids = said.get("content", ""), said.get("uids")
    if not 0 < len(content) <= 40_000 or said.get("contentType") not in (1, 2, 3):
        return as_json(200, code=1001, msg="业务异常", data=None, success=False)
    if not isinstance(uids, list) or not 0 < len(uids) <= 2000:
        return as_json(200, code=1001, msg="uids 不能为空", data=None, success=False)
    data = [
        {"uid": uid, "code": 1000 if uid in account.to else 1001, "status": "x"} for uid in uids
    ]
    return as_json(200, code=1000, msg="处理成功", data=data, success=True)


def serverchan(request: Written, account: Account) -> Said:
    url = f"https://sctapi.ftqq.com/{account.key}.send"
    if urlsplit(request.address).path != urlsplit(url).path:
        said = "[AUTH]错误的Key"
        return as_json(400, message=said, code=40001, info="错误的Key", args=[None])
    said = body_of(request, "POST", url, "application/x-www-form-urlencoded")
    if account.trouble:
        code = {"quota": 40001, "quota_new": 471}[account.trouble]
        return as_json(400, message="[AUTH]超过当天的发送次数限制[5]", code=code)
    if not said.get("title") or len(said["title"]) > 32:
        return as_json(400, message="[INPUT]title不合法", code=20001)
    data = {"pushid": "1", "readkey": "x", "error": "SUCCESS", "errno": 0}
    return as_json(200, code=0, message="", data=data)


def ntfy(request: Written, account: Account) -> Said:
    said = body_of(request, "POST", "https://ntfy.sh/", "application/json")

    def no(code: int, error: str) -> Said:
        return as_json(code // 100, code=code, http=code // 100, error=error)

    if account.secret and request.headers.get("Authorization") != f"Bearer {account.secret}":
        return no(40301, "forbidden")
    if not re.fullmatch(r"[-_A-Za-z0-9]{1,64}", said.get("topic", "")):
        return no(40009, "invalid request: topic invalid")
    if code := {"slow": 42901, "quota": 42908, "reserved": 40010}.get(account.trouble):
        return no(code, account.trouble)
    if len(request.content) > 8192:
        return no(41303, "JSON body too large")
    # A longer one would become an attachment.
    assert 0 < len(said["message"].encode()) <= 4096
    return as_json(200, id="sPs71M8A2T", time=1, event="message", topic=said["topic"])


def twilio(request: Written, account: Account) -> Said:
    url = f"https://api.twilio.com/2010-04-01/Accounts/{account.key}/Messages.json"
    said = body_of(request, "POST", url, "application/x-www-form-urlencoded")

    def no(status: int, code: int, message: str) -> Said:
        return as_json(status, code=code, message=message, status=status, more_info="x")

    coded = base64.b64encode(f"{account.key}:{account.secret}".encode()).decode()
    if request.headers.get("Authorization") != f"Basic {coded}":
        return no(401, 20003, "Authenticate")
    if account.trouble:
        code = int(account.trouble)
        return no(429 if code == 20429 else 400, code, "refused")
    if not re.fullmatch(r"\+[1-9]\d{6,14}", said["To"]):
        return no(400, 21211, "The 'To' number is not a valid phone number.")
    if not said.get("Body"):
        return no(400, 21602, "Message body is required.")
    if len(said["Body"]) > 1600:
        return no(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
    return as_json(201, sid="SM1", status="queued", error_code=None)


def aliyun_sms(request: Written, account: Account) -> Said:
    """The signature is made here by the documents alone: sorted, escaped by RFC 3986, twice."""
    url = "https://dysmsapi.aliyuncs.com/"
    said = body_of(request, "POST", url, "application/x-www-form-urlencoded")
    given = said.pop("Signature", "")
    if said.get("AccessKeyId") != account.key:
        return as_json(404, Code="InvalidAccessKeyId.NotFound", Message="x", RequestId="1")
    line = "&".join(f"{escaped(name)}={escaped(said[name])}" for name in sorted(said))
    over = f"POST&%2F&{escaped(line)}".encode()
    digest = hmac.new(f"{account.secret}&".encode(), over, hashlib.sha1).digest()
    if given != base64.b64encode(digest).decode():
        return as_json(400, Code="SignatureDoesNotMatch", Message="x", RequestId="1")
    assert dt.datetime.fromisoformat(said["Timestamp"]).tzinfo == dt.UTC
    wanted = {"Action", "Version", "PhoneNumbers", "SignName", "TemplateCode", "SignatureNonce"}
    assert wanted <= said.keys()
    numbers = said["PhoneNumbers"].split(",")
    if not all(re.fullmatch(r"\+?\d{5,20}", each) for each in numbers):
        return as_json(200, Code="isv.MOBILE_NUMBER_ILLEGAL", Message="x", RequestId="1")
    values = json.loads(said["TemplateParam"])
    if not values or not all(isinstance(each, str) and each for each in values.values()):
        return as_json(200, Code="isv.TEMPLATE_MISSING_PARAMETERS", Message="x", RequestId="1")
    code = account.trouble or "OK"
    return as_json(200, Code=code, Message=code, RequestId="1", BizId="2")


def escaped(value: str) -> str:
    return quote(value, safe="~")


PLATFORMS: dict[str, Callable[[Written, Account], Said]] = {
    each.__name__: each for each in (pushplus, wxpusher, serverchan, ntfy, twilio, aliyun_sms)
}
