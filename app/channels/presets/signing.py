"""How requests are signed, by name. A preset names one; everything else about it is data."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import quote


class Signed(NamedTuple):
    parameters: dict[str, str]
    """All of them, as they are sent."""
    headers: dict[str, str]


Algorithm = Callable[[str, Mapping[str, str], Mapping[str, str], str, dt.datetime], Signed]
"""From method, parameters, fields, nonce and time."""


def basic(
    method: str,
    parameters: Mapping[str, str],
    fields: Mapping[str, str],
    nonce: str,
    now: dt.datetime,
) -> Signed:
    """The fields `account` and `token` as user and password, by RFC 7617."""
    coded = base64.b64encode(f"{fields['account']}:{fields['token']}".encode()).decode()
    return Signed(dict(parameters), {"Authorization": f"Basic {coded}"})


def aliyun(
    method: str,
    parameters: Mapping[str, str],
    fields: Mapping[str, str],
    nonce: str,
    now: dt.datetime,
) -> Signed:
    """The signature of Alibaba Cloud's RPC interfaces: HMAC-SHA1 over the sorted parameters, with
    the fields `access_key_id` and `access_key_secret`."""
    every = {
        "Format": "JSON",
        **parameters,
        "AccessKeyId": fields["access_key_id"],
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": nonce,
        "Timestamp": f"{now.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    said = "&".join(f"{_escaped(name)}={_escaped(every[name])}" for name in sorted(every))
    key = f"{fields['access_key_secret']}&".encode()
    over = f"{method}&{_escaped('/')}&{_escaped(said)}".encode()
    digest = hmac.new(key, over, hashlib.sha1).digest()
    return Signed({**every, "Signature": base64.b64encode(digest).decode()}, {})


def _escaped(text: str) -> str:
    return quote(text, safe="-_.~")


ALGORITHMS: dict[str, Algorithm] = {"basic": basic, "aliyun": aliyun}
