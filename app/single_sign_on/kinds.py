"""The kinds of providers: what differs between them, one small module each."""

from __future__ import annotations

from typing import Protocol

from app.egress.way import Egress
from app.single_sign_on import dingtalk, feishu, openid, wecom
from app.single_sign_on.shape import Back, Begun, Person, Provider


class Kind(Protocol):
    """`address`: where the browser goes; `person`: who came back; `check`: whether the provider
    takes what the admin has entered, as far as can be known before anybody signs in. Each raises
    NotSignedIn."""

    async def address(self, egress: Egress, provider: Provider, begun: Begun) -> str: ...

    async def person(
        self, egress: Egress, provider: Provider, begun: Begun, back: Back
    ) -> Person: ...

    async def check(self, egress: Egress, provider: Provider) -> None: ...


KINDS: dict[str, Kind] = {
    "openid": openid,
    "wecom": wecom,
    "dingtalk": dingtalk,
    "feishu": feishu,
}
"""In the order in which admins are offered them."""
