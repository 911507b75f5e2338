"""A passkey in software, as strict or as broken as a test wants it.
https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
ORIGIN = "http://localhost:8080"


class Authenticator:
    """One key for one site. `counts`: whether it counts what it signs."""

    def __init__(self, *, host: str = "localhost", counts: bool = True) -> None:
        self.host = host
        self.counts = counts
        self.count = 0
        self.id = secrets.token_bytes(32)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.handle = ""

    def create(self, options: str, *, origin: str = ORIGIN, verified: bool = True) -> str:
        """The answer to what a page wants when it adds a passkey."""
        asked = json.loads(options)
        self.handle = asked["user"]["id"]
        client = _client("webauthn.create", asked["challenge"], origin)
        held = struct.pack(">16sH", bytes(16), len(self.id)) + self.id + self._public()
        data = self._data(verified=verified, more=ATTESTED) + held
        # {"fmt": "none", "attStmt": {}, "authData": data}
        attested = b"\xa3cfmtdnonegattStmt\xa0hauthData" + b"\x59" + struct.pack(">H", len(data))
        return self._answer(clientDataJSON=client, attestationObject=attested + data)

    def sign(
        self,
        options: str,
        *,
        origin: str = ORIGIN,
        verified: bool = True,
        challenge: str = "",
        handle: str | None = None,
    ) -> str:
        """The answer to what a page wants when somebody signs in."""
        client = _client("webauthn.get", challenge or json.loads(options)["challenge"], origin)
        if self.counts:
            self.count += 1
        data = self._data(verified=verified)
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        owner = _bytes(self.handle if handle is None else handle)
        return self._answer(
            clientDataJSON=client, authenticatorData=data, signature=signature, userHandle=owner
        )

    def _data(self, *, verified: bool, more: int = 0) -> bytes:
        flags = PRESENT | (VERIFIED if verified else 0) | more
        return hashlib.sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _public(self) -> bytes:
        """As COSE: {1: 2, 3: -7, -1: 1, -2: x, -3: y}."""
        numbers = self.key.public_key().public_numbers()
        x, y = (each.to_bytes(32, "big") for each in (numbers.x, numbers.y))
        return b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y

    def _answer(self, **response: bytes) -> str:
        told: dict[str, Any] = {name: text(value) for name, value in response.items()}
        told["transports"] = ["internal"]
        name = text(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": told})


def _client(kind: str, challenge: str, origin: str) -> bytes:
    told = {"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}
    return json.dumps(told).encode()


def text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
