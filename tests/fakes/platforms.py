"""The sign-in of 企业微信, 钉钉 and 飞书: one server that answers as each of them does.

async with Platforms() as platforms:
    platforms.people["lei"] = Worker("lei", name="李雷")
    back = await platforms.scan(address, "lei")
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from .clock import Clock
from .server import Answer, HttpServer
from .wire import Request

JSON = (("Content-Type", "application/json; charset=utf-8"),)
HTML = (("Content-Type", "text/html; charset=utf-8"),)
CORP = "ww0123456789abcdef"
AGENT = "1000002"
APP = "app-1"
SECRET = "app-s3cret"
DING_CORP = "ding0123456789"
PAGES = {
    "/wwlogin/sso/login": {"login_type": "CorpApp", "appid": CORP, "agentid": AGENT},
    "/oauth2/auth": {"response_type": "code", "client_id": APP, "prompt": "consent"},
    "/open-apis/authen/v1/authorize": {"response_type": "code", "client_id": APP},
}
"""What each asks to be told, besides where to go back."""


@dataclass
class Worker:
    """`uid` is theirs at the platform. Without `member` they belong to another organization."""

    uid: str
    name: str = ""
    email: str = ""
    given_email: str = ""
    departments: tuple[int, ...] = (1,)
    member: bool = True


@dataclass
class Code:
    who: Worker
    redirect_uri: str
    challenge: str = ""


class Platforms:
    """`readable`: the app may read names and addresses of members (企业微信). `trusted_ip`: our
    address is on its list."""

    def __init__(self) -> None:
        self.port = 0
        self.people: dict[str, Worker] = {}
        self.readable = True
        self.trusted_ip = True
        self.asked: list[str] = []
        self._codes: dict[str, Code] = {}
        self._tokens: dict[str, Worker | None] = {}
        self._http = HttpServer(self._respond, lambda _: False, Clock())

    async def __aenter__(self) -> Self:
        self.port = await self._http.start("127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def scan(self, address: str, who: str) -> str:
        """What a person does with their phone, nobody if they cancel: where the browser goes."""
        request = Request("POST", address.removeprefix(self.url), "1.1", [], "", 0)
        request.body = urlencode({"who": who}).encode()
        answer = self._scanned(request)
        assert answer.status == 302, answer.body.decode()
        return dict(answer.headers)["Location"]

    async def _respond(self, request: Request) -> Answer:
        self.asked.append(request.path)
        if request.path in PAGES:
            return self._page(request) if request.method == "GET" else self._scanned(request)
        answer = self._answers().get((request.method, request.path))
        return answer(request) if answer else Answer(404)

    def _answers(self) -> dict[tuple[str, str], Callable[[Request], Answer]]:
        return {
            ("GET", "/cgi-bin/gettoken"): self._wecom_token,
            ("GET", "/cgi-bin/auth/getuserinfo"): self._wecom_who,
            ("GET", "/cgi-bin/user/get"): self._wecom_user,
            ("POST", "/v1.0/oauth2/userAccessToken"): self._ding_token,
            ("POST", "/v1.0/oauth2/accessToken"): self._ding_app,
            ("GET", "/v1.0/contact/users/me"): self._ding_me,
            ("POST", "/open-apis/authen/v2/oauth/token"): self._lark_token,
            ("POST", "/open-apis/auth/v3/tenant_access_token/internal"): self._lark_app,
            ("GET", "/open-apis/authen/v1/user_info"): self._lark_user,
        }

    def _page(self, request: Request) -> Answer:
        where = html.escape(request.target, quote=True)
        buttons = "".join(f'<button name="who" value="{who}">{who}</button>' for who in self.people)
        page = f'<title>扫码登录</title><form method="post" action="{where}">{buttons}</form>'
        return Answer(200, page.encode(), HTML)

    def _scanned(self, request: Request) -> Answer:
        asked = dict(request.query)
        if not _is_asked_right(request.path, asked):
            return Answer(400, "该链接无法访问".encode())
        who = self.people.get(dict(parse_qsl(request.body.decode())).get("who", ""))
        back = {"state": asked["state"]}
        if who is not None:
            code = secrets.token_urlsafe(12)
            challenge = asked.get("code_challenge", "")
            self._codes[code] = Code(who, asked["redirect_uri"], challenge)
            back["authCode" if request.path == "/oauth2/auth" else "code"] = code
        where = f"{asked['redirect_uri']}?{urlencode(back)}"
        return Answer(302, b"", (("Location", where),))

    def _spent(self, code: object) -> Code | None:
        return self._codes.pop(str(code), None)

    def _token_for(self, who: Worker | None) -> str:
        token = secrets.token_urlsafe(12)
        self._tokens[token] = who
        return token

    def _wecom_token(self, request: Request) -> Answer:
        if (request.parameter("corpid"), request.parameter("corpsecret")) != (CORP, SECRET):
            return _json({"errcode": 40001, "errmsg": "invalid credential"})
        token = self._token_for(None)
        return _json({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200})

    def _wecom_refusal(self, request: Request) -> Answer | None:
        if request.parameter("access_token") not in self._tokens:
            return _json({"errcode": 40014, "errmsg": "invalid access_token"})
        if not self.trusted_ip:
            return _json({"errcode": 60020, "errmsg": "not allow to access from your ip"})
        return None

    def _wecom_who(self, request: Request) -> Answer:
        if refusal := self._wecom_refusal(request):
            return refusal
        found = self._spent(request.parameter("code"))
        if found is None:
            return _json({"errcode": 40029, "errmsg": "invalid code"})
        who = {"userid": found.who.uid} if found.who.member else {"openid": "oid-" + found.who.uid}
        return _json({"errcode": 0, "errmsg": "ok", **who})

    def _wecom_user(self, request: Request) -> Answer:
        if refusal := self._wecom_refusal(request):
            return refusal
        uid = request.parameter("userid")
        who = next((each for each in self.people.values() if each.uid == uid), None)
        if who is None or not self.readable:
            return _json({"errcode": 60011, "errmsg": "no privilege to access/modify contact"})
        found = {
            "userid": who.uid,
            "name": who.name,
            "department": who.departments,
            "email": who.email,
            "biz_mail": who.given_email,
        }
        return _json({"errcode": 0, "errmsg": "ok", **found})

    def _ding_app(self, request: Request) -> Answer:
        if request.json != {"appKey": APP, "appSecret": SECRET}:
            return _ding("invalidClientSecret")
        return _json({"accessToken": self._token_for(None), "expireIn": 7200})

    def _ding_token(self, request: Request) -> Answer:
        asked = request.json
        if (asked["clientId"], asked["clientSecret"]) != (APP, SECRET):
            return _ding("invalidClientSecret")
        found = self._spent(asked["code"])
        if found is None or asked["grantType"] != "authorization_code":
            return _ding("invalidParameter.authCode.notFound")
        token = self._token_for(found.who)
        corp = DING_CORP if found.who.member else "ding-another"
        return _json({"accessToken": token, "expireIn": 7200, "corpId": corp})

    def _ding_me(self, request: Request) -> Answer:
        who = self._tokens.get(request.header("x-acs-dingtalk-access-token") or "")
        if who is None:
            return _ding("InvalidAuthentication", 401)
        return _json({"nick": who.name, "unionId": who.uid, "openId": "o", "email": who.email})

    def _lark_app(self, request: Request) -> Answer:
        if request.json != {"app_id": APP, "app_secret": SECRET}:
            return _json({"code": 10014, "msg": "app secret invalid"})
        return _json({"code": 0, "tenant_access_token": self._token_for(None)})

    def _lark_token(self, request: Request) -> Answer:
        asked = request.json
        if (asked["client_id"], asked["client_secret"]) != (APP, SECRET):
            return _lark(20002, "invalid_client")
        found = self._spent(asked["code"])
        if found is None or found.redirect_uri != asked["redirect_uri"]:
            return _lark(20003, "invalid_grant")
        digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != found.challenge:
            return _lark(20049, "invalid_grant")
        if not found.who.member:
            return _lark(20010, "access_denied")
        token = self._token_for(found.who)
        return _json({"code": 0, "access_token": token, "token_type": "Bearer", "scope": ""})

    def _lark_user(self, request: Request) -> Answer:
        token = (request.header("authorization") or "").removeprefix("Bearer ")
        who = self._tokens.get(token)
        if who is None:
            return _json({"code": 20005, "msg": "invalid access token"})
        data = {"name": who.name, "union_id": who.uid, "open_id": "ou_1", "tenant_key": "t1"}
        data |= {"email": who.email, "enterprise_email": who.given_email}
        return _json({"code": 0, "msg": "success", "data": data})


def _is_asked_right(path: str, asked: dict[str, str]) -> bool:
    return PAGES[path].items() <= asked.items() and {"redirect_uri", "state"} <= asked.keys()


def _json(what: Any) -> Answer:
    return Answer(200, json.dumps(what, ensure_ascii=False).encode(), JSON)


def _ding(code: str, status: int = 400) -> Answer:
    body = {"code": code, "message": "不合法", "requestid": "r"}
    return Answer(status, json.dumps(body).encode(), JSON)


def _lark(code: int, error: str) -> Answer:
    body = {"code": code, "error": error, "error_description": "…"}
    return Answer(400, json.dumps(body).encode(), JSON)
