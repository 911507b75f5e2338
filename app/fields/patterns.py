"""Admins' regular expressions: RE2 only, which runs in time linear to the text."""

from __future__ import annotations

import functools
import re
import unicodedata

import msgspec
import re2  # it ships no types

from app.errors import Invalid

PATTERN_MAX = 256
TEXT_MAX = 2000
PATTERNS_PER_FORM = 20
MEMORY = 1 << 20
"""Bytes that a compiled pattern may take; saving refuses a bigger one."""

OWN = "own"
_UNICODE = re.compile(r"(\\*)\\u([0-9a-fA-F]{4})")


class Preset(msgspec.Struct, frozen=True):
    pattern: str
    detail: str


PRESETS: dict[str, Preset] = {
    "mobile": Preset("1[3-9][0-9]{9}", detail="Enter 11 digits, like 13800138000"),
    "order": Preset(
        "[A-Za-z0-9][A-Za-z0-9_-]{3,39}",
        detail="Enter 4 to 40 letters and digits, as printed on your order",
    ),
    "postcode": Preset("[0-9]{6}", detail="Enter 6 digits"),
    "id_card": Preset("[1-9][0-9]{16}[0-9Xx]", detail="Enter the 18 characters of the ID card"),
    "credit_code": Preset(
        "[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}",
        detail="Enter the 18 characters of the credit code",
    ),
    "plate": Preset(
        r"\p{Han}[A-HJ-NP-Z][A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9\p{Han}]",
        detail="Enter a number plate like 粤B12345",
    ),
    "digits": Preset("[0-9]+", detail="Enter digits only"),
    "chinese": Preset(r"[\p{Han}·]+", detail="Enter Chinese characters only"),
}


def check(pattern: str) -> None:
    """Raises Invalid at "", with its own sentence for each feature that RE2 lacks."""
    if len(pattern) > PATTERN_MAX:
        raise Invalid.at(
            "", "pattern_too_long", "Use at most {limit} characters", limit=str(PATTERN_MAX)
        )
    try:
        _compiled(pattern)
    except (re2.error, UnicodeError) as error:
        raise _refusal(pattern, error) from None


def _refusal(pattern: str, error: Exception) -> Invalid:
    # Literal backslashes are removed first: \\1 is no back reference.
    bare = pattern.replace("\\\\", "")
    if re.search(r"\(\?<?[=!]", bare):
        return Invalid.at(
            "",
            "pattern_lookaround",
            "Looking ahead or behind, as in (?=…) or (?!…), is not possible here.",
        )
    if re.search(r"\\[1-9]|\\k|\(\?P=", bare):
        return Invalid.at(
            "", "pattern_back_reference", "Back references like \\1 are not possible here."
        )
    if re.search(r"\\[zZG]", bare):
        return Invalid.at(
            "", "pattern_anchor", "The whole answer is compared anyway: leave \\Z and \\G out."
        )
    if re.search(r"\(\?>|[*+?}]\+", bare):
        return Invalid.at(
            "", "pattern_possessive", "Atomic groups and a second + after * or + are not needed."
        )
    said = error.args[0] if error.args else ""
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    if "repetition size" in text or "too large" in text or "too big" in text:
        return Invalid.at(
            "", "pattern_too_big", "A part may be repeated 1000 times at most, also in all."
        )
    return Invalid.at(
        "", "pattern_syntax", "This pattern cannot be read: {error}", error=text[:120]
    )


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches; never beyond TEXT_MAX characters."""
    return _compiled(pattern).fullmatch(text[: TEXT_MAX + 1]) is not None


def fitting(pattern: str, text: str) -> str | None:
    """The text that matches: as typed, else with full-width characters made narrow; None if
    neither."""
    for form in (text, unicodedata.normalize("NFKC", text).strip()):
        if matches(pattern, form):
            return form
    return None


@functools.lru_cache(maxsize=512)
def _compiled(pattern: str) -> re2._Regexp:
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    return re2.compile(translated(pattern), options)


def translated(pattern: str) -> str:
    r"""The pattern with \u4e00 in RE2's own notation."""

    def change(match: re.Match[str]) -> str:
        # An even number of backslashes before it are literal ones.
        if len(match[1]) % 2:
            return match[0]
        return f"{match[1]}\\x{{{match[2]}}}"

    return _UNICODE.sub(change, pattern)
