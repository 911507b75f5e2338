"""Foreign text for people and logs: clean, short and without secrets, however encoded."""

from __future__ import annotations

import base64
import functools
import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote

import msgspec

from app import text
from app.channels import foreign
from app.egress.way import Answer

RESPONSE_CHARACTERS = 2048
MESSAGE_CHARACTERS = 500
# A shorter "secret" occurs in ordinary words; hiding it would blacken the message and hide nothing.
SHORTEST_SECRET = 4
LAYERS = 4
"""How deep encodings may be nested: a URL in JSON in JSON."""
LONGEST_WRITING = 6
"""Characters that one escaped character takes: \\u0041."""
HIDDEN = "••••"

ESCAPED = re.compile(r"\\+(?:u([0-9a-f]{4})|x([0-9a-f]{2}))", re.IGNORECASE)
BETWEEN = re.compile(r"[\s:\\-]+")
"""What may separate the lines or pairs of encoded text."""
NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}


def tidy(message: str, secrets: Iterable[str], limit: int = MESSAGE_CHARACTERS) -> str:
    secrets = list(secrets)
    hidden = scrub(message, secrets)
    tidied = text.clean(hidden)
    if tidied != hidden:
        # What was taken out may have stood in the middle of one.
        tidied = scrub(tidied, secrets)
    return tidied[:limit]


def shown(answer: Answer, secrets: Iterable[str]) -> str:
    secrets = list(secrets)
    said = answer.body.decode("utf-8", "replace")
    # Read in another encoding, the letters of a secret may look like others.
    if "\ufffd" in said and scrub(said, secrets) == said:
        said = foreign.words(answer.body)
    if answer.truncated:
        # The cut-off beginning of a secret could not be found.
        said = said[: -LONGEST_WRITING * max(map(len, secrets), default=0) or None]
    return tidy(said, secrets, RESPONSE_CHARACTERS)


def scrub(message: str, secrets: Iterable[str]) -> str:
    """The message with every secret hidden, also when escaped, in base64 or hex, reversed, or in
    another case. A secret that is there but cannot be located hides the whole message."""
    if len(message) < SHORTEST_SECRET:
        return message
    known = sorted({s for s in secrets if len(s) >= SHORTEST_SECRET}, key=len, reverse=True)
    for form in sorted({f for s in known for f in _forms(s)}, key=len, reverse=True):
        message = message.replace(form, HIDDEN)
    bare, coded = _bare(message), _coded(message)
    for secret in known:
        if not _holds(bare, coded, secret):
            continue
        message = _pattern(secret).sub(HIDDEN, message)
        bare, coded = _bare(message), _coded(message)
        if _holds(bare, coded, secret):
            return HIDDEN
    return message


@functools.lru_cache(maxsize=512)
def _forms(secret: str) -> tuple[str, ...]:
    """The usual spellings."""
    said = msgspec.json.encode(secret).decode()[1:-1]
    return (secret, quote(secret, safe=""), quote_plus(secret), said)


def _holds(bare: str, coded: str, secret: str) -> bool:
    """Whether a message, of which this is left without escapes and separators, has it."""
    wanted = _bare_secret(secret)
    if len(wanted) >= SHORTEST_SECRET and (wanted in bare or wanted[::-1] in bare):
        return True
    return any(form in coded for form in _coded_secret(secret))


@functools.lru_cache(maxsize=512)
def _bare_secret(secret: str) -> str:
    return _bare(secret)


@functools.lru_cache(maxsize=512)
def _coded_secret(secret: str) -> tuple[str, ...]:
    return tuple(_coded(form) for form in _codes(secret))


def _bare(message: str) -> str:
    """The message without escapes, case-folded."""
    for _ in range(LAYERS):
        before = message
        message = ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), message)
        message = html.unescape(unquote(message, errors="surrogateescape"))
        if message == before:
            break
    # Two halves of a character that was escaped in two become one.
    whole = message.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\\", "").replace("+", " ").casefold()


def _coded(message: str) -> str:
    return BETWEEN.sub("", message.replace("-", "+").replace("_", "/")).casefold()


@functools.lru_cache(maxsize=512)
def _codes(secret: str) -> tuple[str, ...]:
    """In hex, and in base64 at any offset in a longer text: Basic has the account before the
    password."""
    raw = secret.encode("utf-8", "surrogatepass")
    found = [raw.hex()]
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + raw).decode()
        # Characters that also depend on the neighbours are left out at both ends.
        core = coded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        if len(core) >= SHORTEST_SECRET:
            found.append(core)
    return tuple(found)


@functools.lru_cache(maxsize=64)
def _pattern(secret: str) -> re.Pattern[str]:
    """Costly, so made only for a secret that was found."""
    ways = [f"(?:{'|'.join(_ways(char))})" for char in secret]
    said = ["".join(ways), "".join(reversed(ways))]
    for code in _codes(secret):
        signs = (re.escape(sign) for sign in code)
        loose = ("[+-]" if sign == r"\+" else "[/_]" if sign == "/" else sign for sign in signs)
        said.append(r"[\s:\\-]*".join(loose))
    return re.compile("|".join(said), re.IGNORECASE)


def _ways(char: str) -> Iterator[str]:
    """Patterns for the ways to write one character."""
    raw = char.encode("utf-8", "surrogatepass")
    units = char.encode("utf-16-be", "surrogatepass").hex()
    yield r"\\*" + re.escape(char)
    yield "".join(f"%(?:25)*{byte:02x}" for byte in raw)
    yield "".join(rf"\\+u{units[n : n + 4]}" for n in range(0, len(units), 4))
    yield "".join(rf"\\+x{byte:02x}" for byte in raw)
    yield f"&#0*{ord(char)};?"
    yield f"&#x0*{ord(char):x};?"
    if char in NAMED:
        yield NAMED[char]
    if char == " ":
        yield r"\+"
