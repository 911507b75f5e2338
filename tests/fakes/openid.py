"""An OpenID provider made of authlib's own server side: it checks clients, redirect addresses, PKCE
and codes as the standards say, and signs its tokens.

async with OpenidProvider() as provider:
    provider.client("console", "secret", redirect_uri)
    provider.people["lei"] = {"sub": "1", "email": "lei@shop.example", "email_verified": True}
    back = await provider.sign_in(address, "lei")
"""

from __future__ import annotations

import html
import json
import secrets
import time
from collections.abc import Callable
from types import SimpleNamespace, TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6749.util import scope_to_list
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from joserfc.jwk import KeySet, RSAKey

from .clock import Clock
from .server import Answer, HttpServer
from .wire import Request

DISCOVERY = "/.well-known/openid-configuration"
SCOPES = "openid profile email groups"
JSON = (("Content-Type", "application/json"),)
HTML = (("Content-Type", "text/html; charset=utf-8"),)


class Client(ClientMixin):
    def __init__(self, name: str, secret: str, redirect_uri: str) -> None:
        self.name, self.secret, self.redirect_uri = name, secret, redirect_uri
        self.method = "client_secret_basic"

    def get_client_id(self) -> str:
        return self.name

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_allowed_scope(self, scope: str) -> str:
        return " ".join(each for each in scope_to_list(scope) if each in SCOPES.split())

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(client_secret.encode(), self.secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == (self.method if self.secret else "none")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Code(SimpleNamespace):
    def get_redirect_uri(self) -> str:
        return str(self.redirect_uri)

    def get_scope(self) -> str:
        return str(self.scope)

    def get_nonce(self) -> str:
        return str(self.nonce)

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Grant(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]

    def save_authorization_code(self, code: str, request: Any) -> None:
        said = request.payload.data
        self.server.provider.codes[code] = Code(
            code=code,
            client_id=request.client.get_client_id(),
            redirect_uri=request.payload.redirect_uri,
            scope=request.scope,
            nonce=said.get("nonce", ""),
            user=request.user,
            code_challenge=said.get("code_challenge"),
            code_challenge_method=said.get("code_challenge_method"),
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        found: Code | None = self.server.provider.codes.get(code)
        return found if found and found.client_id == client.get_client_id() else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        self.server.provider.codes.pop(authorization_code.code, None)

    def authenticate_user(self, authorization_code: Code) -> Any:
        return authorization_code.user


class Tokens(OpenIDCode):
    def __init__(self, provider: OpenidProvider) -> None:
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        seen = nonce in self.provider.nonces
        self.provider.nonces.add(nonce)
        return seen

    def resolve_client_private_key(self, client: Client) -> Any:
        return self.provider.key

    def get_client_algorithm(self, client: Client) -> str:
        return "RS256"

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        return {"iss": self.provider.url, "aud": [client.get_client_id()]}

    def get_encode_header(self, client: Client) -> dict[str, Any]:
        return {"alg": "RS256", "kid": self.provider.key.kid}

    def generate_user_info(self, user: dict[str, Any], scope: str) -> UserInfo:
        brief = {"sub": user["sub"]} if self.provider.brief else user
        return UserInfo({**brief, **self.provider.twist})


class Server(AuthorizationServer):
    def __init__(self, provider: OpenidProvider) -> None:
        super().__init__(SCOPES.split())
        self.provider = provider
        self.register_grant(Grant, [CodeChallenge(required=True), Tokens(provider)])
        self.register_token_generator("default", self._token)

    def query_client(self, client_id: str) -> Client | None:
        return self.provider.clients.get(client_id)

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        self.provider.tokens[token["access_token"]] = request.user

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: Request) -> OAuth2Request:
        said = dict(request.query) | dict(parse_qsl(request.body.decode()))
        # It asks for https; that it is loopback is the test's business.
        made = OAuth2Request(
            request.method,
            f"https://{self.provider.host}{request.target}",
            headers=dict(request.headers),
        )
        made.payload = BasicOAuth2Payload(said)
        made._body = said
        return made

    def handle_response(self, status: int, body: Any, headers: Any) -> Answer:
        content = json.dumps(body).encode() if isinstance(body, dict) else body.encode()
        return Answer(status, content, tuple(headers))

    def _token(self, *, scope: str, **_: Any) -> dict[str, Any]:
        return {
            "access_token": secrets.token_urlsafe(16),
            "token_type": "Bearer",
            "expires_in": 600,
            "scope": scope,
        }


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, auto_kid=True)


_keys: list[RSAKey] = []
"""Of those who are gone: a new one takes a tenth of a second. No two have the same at once."""


class OpenidProvider:
    """`brief`: its tokens have nothing but `sub`, the rest is in userinfo. `twist`: claims that a
    token has instead of right ones, `forge` changes the whole of it. `info` is what userinfo says
    instead. `names_itself` sends `iss` along (RFC 9207)."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.host, self.port = host, port
        self.clients: dict[str, Client] = {}
        self.people: dict[str, dict[str, Any]] = {}
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.nonces: set[str] = set()
        self.asked: list[str] = []
        self.brief = False
        self.names_itself = False
        self.twist: dict[str, Any] = {}
        self.info: dict[str, Any] = {}
        self.said: dict[str, Any] = {}
        self.forge: Callable[[str], str] | None = None
        self.key = _keys.pop() if _keys else _new_key()
        self._oauth = Server(self)
        self._http = HttpServer(self._respond, lambda _: False, Clock())

    async def __aenter__(self) -> Self:
        self.port = await self._http.start(self.host, self.port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.stop()
        _keys.append(self.key)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def new_key(self) -> None:
        self.key = _new_key()

    def client(self, name: str, secret: str, redirect_uri: str) -> None:
        self.clients[name] = Client(name, secret, redirect_uri)

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "none"],
            "authorization_response_iss_parameter_supported": self.names_itself,
            **self.said,
        }

    async def sign_in(self, address: str, who: str) -> str:
        """What a person does in the browser: where it is sent to afterwards."""
        parts = urlsplit(address)
        request = Request("POST", f"{parts.path}?{parts.query}", "1.1", [], "", 0)
        request.body = urlencode({"who": who}).encode()
        answer = self._decide(request)
        assert answer.status == 302, answer.body
        return dict(answer.headers)["Location"]

    async def _respond(self, request: Request) -> Answer:
        self.asked.append(request.path)
        match request.method, request.path:
            case "GET", "/.well-known/openid-configuration":
                return _json(self.metadata())
            case "GET", "/keys":
                return _json(KeySet([self.key]).as_dict(private=False))
            case "GET", "/authorize":
                return self._page(request)
            case "POST", "/authorize":
                return self._decide(request)
            case "POST", "/token":
                return self._token(request)
            case "GET", "/userinfo":
                return self._userinfo(request)
        return Answer(404)

    def _page(self, request: Request) -> Answer:
        """Who are you? One button for each, and one to go back."""
        where = html.escape(request.target, quote=True)
        buttons = "".join(
            f'<button name="who" value="{html.escape(who)}">{html.escape(who)}</button>'
            for who in (*self.people, "")
        )
        page = f'<title>Provider</title><form method="post" action="{where}">{buttons}</form>'
        return Answer(200, page.encode(), HTML)

    def _decide(self, request: Request) -> Answer:
        who = dict(parse_qsl(request.body.decode())).get("who", "")
        person = self.people.get(who)
        oauth = self._oauth.create_oauth2_request(request)
        grant = self._oauth.get_authorization_grant(oauth)
        answer: Answer = self._oauth.create_authorization_response(oauth, person, grant)
        if not self.names_itself:
            return answer
        headers = [
            (name, f"{value}&{urlencode({'iss': self.url})}" if name == "Location" else value)
            for name, value in answer.headers
        ]
        return Answer(answer.status, answer.body, tuple(headers))

    def _token(self, request: Request) -> Answer:
        answer: Answer = self._oauth.create_token_response(request)
        if self.forge is None or answer.status != 200:
            return answer
        tokens = json.loads(answer.body)
        tokens["id_token"] = self.forge(tokens["id_token"])
        return _json(tokens)

    def _userinfo(self, request: Request) -> Answer:
        token = (request.header("authorization") or "").removeprefix("Bearer ")
        person = self.tokens.get(token)
        return _json({**person, **self.info}) if person else Answer(401)


def _json(what: Any) -> Answer:
    return Answer(200, json.dumps(what).encode(), JSON)
