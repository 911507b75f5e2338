"""Numbers as people write them."""

from __future__ import annotations

import re
from decimal import Decimal

from app.reading.characters import plain
from app.reading.doubt import Unreadable

NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,6})?")
# 1,234,567.5 and 1 234 567.5 and 1'234'567.5; a single comma before three digits is one of these.
GROUPED = re.compile(r"([+-]?[0-9]{1,3})((?:[, '’_][0-9]{3})+)(\.[0-9]+)?")
CONTINENTAL = re.compile(r"([+-]?[0-9]{1,3}(?:\.[0-9]{3})*),([0-9]{1,2})")
CONTINENTAL_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3}){2,}")
CURRENCY = re.compile(
    r"^(?:[¥$€£]|RMB|CNY|USD|EUR|HK\$|NT\$)\s*|\s*(?:[¥$€£]|RMB|CNY|USD|EUR)$", re.I
)
TIMES = {
    "十": 1,
    "百": 2,
    "千": 3,
    "万": 4,
    "萬": 4,
    "亿": 8,
    "億": 8,
    "k": 3,
    "K": 3,
    "w": 4,
    "W": 4,
}
MULTIPLE = re.compile(r"\s*(?:[十百千万萬亿億]+|[kKwW])(?![A-Za-z])")
# 12个, 80 kg: the field says what is counted. Anything longer than a unit may change the number.
UNIT = re.compile(
    r"(?<=[0-9])(?!\s*(?:M|[Mm]io|[Mm]n|[Mm]il|[Bb]n?|[Ee])\b)\s*[^\W\d_十百千万萬亿億]{1,4}2?\.?$"
)


def read(text: str) -> str:
    """Plain digits, with a point before the decimals: -1234.5. Raises Unreadable."""
    seen = CURRENCY.sub("", plain(text)).strip()
    power = 0
    if found := MULTIPLE.search(seen):
        power = sum(TIMES[sign] for sign in found[0].strip())
        seen = seen[: found.start()] + seen[found.end() :]
    seen = seen if NUMBER.fullmatch(_western(seen)) else UNIT.sub("", seen)
    bare = _western(seen)
    if not NUMBER.fullmatch(bare):
        raise Unreadable
    return _times(bare, power) if power else bare.removeprefix("+")


def _times(bare: str, power: int) -> str:
    said = f"{Decimal(bare).scaleb(power):f}"
    said = said.rstrip("0").rstrip(".") if "." in said else said
    if not NUMBER.fullmatch(said):
        raise Unreadable
    return said


def _western(text: str) -> str:
    text = text.strip()
    if found := GROUPED.fullmatch(text):
        return re.sub(r"[, '’_]", "", found[1] + found[2]) + (found[3] or "")
    if found := CONTINENTAL.fullmatch(text):
        return f"{found[1].replace('.', '')}.{found[2]}"
    if CONTINENTAL_THOUSANDS.fullmatch(text):
        return text.replace(".", "")
    return text.replace(" ", "")


def whole(text: str, *, digits: int = 9) -> int | None:
    """A non-negative integer from a URL or form; None when it is none or has more than `digits`
    digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
