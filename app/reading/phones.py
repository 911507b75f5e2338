"""Phone numbers as people of all countries write them."""

from __future__ import annotations

import functools
import re

import msgspec

from app.reading.characters import plain
from app.reading.doubt import Doubt, Unreadable

LEAST, MOST = 5, 20
"""Digits of one number. E.164 allows 15; an international prefix comes in addition."""
WHOLE = 7
"""Shorter numbers seldom work from outside."""
ABROAD = 15
MOBILE = 11

# https://unicode-org.github.io/cldr: words for "extension" in several languages.
EXTENSION = re.compile(
    r"(?<=[0-9)])[ ,;(-]*(?:转分机|轉分機|转|轉|分机号?|分機號?|内线|內線|;?ext(?:ension|n)?|x|#"
    r"|доб(?:авочный)?|durchwahl|poste|anexo|ramal|int(?:erno)?)[ .:=-]*(?=[0-9])",
    re.IGNORECASE,
)
LETTER_O = re.compile(r"(?<=[0-9])[oO]+(?=[0-9oO]*[0-9]|[oO]*(?![A-Za-z]))")
NUMERAL = re.compile("[〇零一二三四五六七八九幺]{7,}")
NUMERALS = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
VANITY = re.compile(r"(?<![A-Za-z0-9])(1?[ .-]?\(?[2-9][0-9]{2}\)?[ .-])([A-Z0-9][A-Z0-9-]{6,9})\b")
ADDRESS = re.compile(r"\S+@\S+")
ELSEWHERE = re.compile(
    r"@|微信|QQ|wechat|weixin|\bwx\b|\bvx\b|whatsapp|telegram|\bline\b|kakao|skype", re.IGNORECASE
)
# Everything else separates two numbers.
BETWEEN = re.compile(r"[^0-9+(). /_x-]+|(?=\+)")
MOBILE_WITH_MORE = re.compile(r"(1[3-9](?:[ .-]?[0-9]){9}) ?[-_] ?([0-9]{1,6})")
LANDLINE_WITH_MORE = re.compile(
    r"(\(?0[0-9]{2,3}\)?[ -]?[0-9]{3,4}[ -]?[0-9]{4}|[48]00[ -]?[0-9]{3}[ -]?[0-9]{4})-([0-9]{1,6})"
)
# +86-755-12345678-801: after the country code the area has no 0.
AREA_WITH_MORE = re.compile(r"(\(?[1-9][0-9]{1,2}\)?[ -][0-9]{3,4}[ -]?[0-9]{4})-([0-9]{1,6})")
CHINA = re.compile(r"86(?=1[3-9][0-9]{6}|0[1-9][0-9]{8})")
ALONE = re.compile(r"\+?[0-9(][0-9() -]*")
MOBILE_ALONE = re.compile(r"1[3-9][0-9]{9}")
CHINESE_MOBILE = re.compile(r"1[3-9]")

SHORT = "This mobile number lacks {n} digits. Is it right?"
SHORT_ONE = "This mobile number lacks 1 digit. Is it right?"
LONG = "This mobile number has {n} digits too many. Is it right?"
LONG_ONE = "This mobile number has 1 digit too many. Is it right?"
FEW = "This phone number has only {n} digits. Is it right?"
MANY = "This phone number has {n} digits. Is it right?"
NONE = "There is no phone number in it. Is it right?"


class Number(msgspec.Struct, frozen=True):
    """`digits` is for dialling, with + if it began with + or 00; `key` is equal for every spelling,
    with or without China's country code."""

    digits: str
    extension: str
    key: str

    @property
    def dial(self) -> str:
        """For a `tel:` link, with the extension after a pause."""
        return f"{self.digits},{self.extension}" if self.extension else self.digits


class Phone(msgspec.Struct, frozen=True):
    numbers: tuple[Number, ...]
    doubt: Doubt | None

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(
            f"{one.key}x{one.extension}" if one.extension else one.key for one in self.numbers
        )


@functools.lru_cache(maxsize=4096)
def read(text: str) -> Phone:
    """Every number in a text. Raises Unreadable."""
    if MOBILE_ALONE.fullmatch(text):
        return Phone((Number(text, "", text),), None)
    seen = _spelled(plain(text))
    numbers = tuple(
        found for piece in _pieces(ADDRESS.sub(" ; ", seen)) if (found := _number(piece))
    )
    if not numbers:
        if ELSEWHERE.search(seen):
            return Phone((), Doubt("phone_none", NONE))
        raise Unreadable
    return Phone(numbers, next(filter(None, map(_doubt, numbers)), None))


def keys(text: str) -> frozenset[str]:
    """Keys for comparing: phones with a common key are the same. Without a number, the text
    itself."""
    try:
        return read(text).keys or frozenset({plain(text).casefold()})
    except Unreadable:
        return frozenset({plain(text).casefold()}) - {""}


def same(one: str, other: str) -> bool:
    """Whether both texts have a number in common."""
    return bool(keys(one) & keys(other))


def slipped(text: str, corrected: str) -> bool:
    """Whether the second may correct a typo in the first: only the first was in doubt, or one digit
    or two neighbours differ."""
    try:
        one, other = read(text), read(corrected)
    except Unreadable:
        return False
    if one.doubt and not other.doubt:
        return True
    return any(near(a.key, b.key) for a in one.numbers for b in other.numbers)


def near(one: str, other: str) -> bool:
    """Whether one character or two neighbours differ, or one is missing."""
    if len(one) == len(other):
        places = [place for place, char in enumerate(one) if char != other[place]]
        swapped = len(places) == 2 and places[1] == places[0] + 1
        return len(places) == 1 or (swapped and one[places[0]] == other[places[1]])
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(
        long[:place] + long[place + 1 :] == short for place in range(len(long))
    )


def dial(text: str) -> str:
    """The first number in it, for a link; empty when there is none."""
    try:
        numbers = read(text).numbers
    except Unreadable:
        return ""
    return numbers[0].dial if numbers else ""


def tidy(text: str) -> str:
    """A Chinese mobile number alone as its 11 digits, another number alone in narrow characters;
    any other text as it is."""
    if MOBILE_ALONE.fullmatch(text):
        return text
    seen = plain(text)
    if not ALONE.fullmatch(seen):
        return text
    number = next(iter(read(text).numbers), None)
    is_mobile = number and number.digits == number.key and MOBILE_ALONE.fullmatch(number.dial)
    return number.key if number and is_mobile else seen


def _spelled(text: str) -> str:
    """With digits in place of numerals, of letters as in 1-800-FLOWERS, and of the letter O."""
    text = NUMERAL.sub(lambda found: found[0].translate(NUMERALS), text)
    text = LETTER_O.sub(lambda found: "0" * len(found[0]), text)
    text = VANITY.sub(lambda found: found[1] + found[2].translate(KEYPAD), text)
    text = re.sub("[·•・∙⋅‧･]", "-", text)
    return EXTENSION.sub("\0", text).replace("x", " ; ").replace("\0", "x")


def _pieces(text: str) -> list[str]:
    """The pieces of the text that hold one number each."""
    found = [part for piece in BETWEEN.split(text) for part in _parts(piece)]
    whole = [piece for piece in found if _count(piece) >= WHOLE]
    if whole:
        return whole
    # 138,0013,8000: one number with separators.
    return ["".join(found)]


def _parts(piece: str) -> list[str]:
    """Numbers separated by a slash or blank; 12345678/79 is one number, without the short
    suffix."""
    main, stroke, other = piece.partition("/")
    if stroke and _count(main) > WHOLE and _count(other) < LEAST:
        return [main]
    for separator in ("/", " "):
        parts = [part for part in piece.split(separator) if _count(part)]
        if len(parts) > 1 and all(_count(part) >= WHOLE for part in parts):
            return [one for part in parts for one in _parts(part)]
    return [piece]


def _count(piece: str) -> int:
    return len(_digits(piece.partition("x")[0]))


def _digits(piece: str) -> str:
    return "".join(char for char in piece if char.isdigit())


def _number(piece: str) -> Number | None:
    main, _, more = piece.partition("x")
    main, extension = main.strip(" .-/_"), _digits(more.partition("x")[0])[:8]
    if "+" in main:
        main = main[main.index("+") :]
    bare = _digits(main)
    if not bare or bare.strip("0") == "":
        return None
    abroad = main.startswith("+") or (bare.startswith("00") and len(bare) > MOBILE)
    if abroad:
        # +44 (0)20: the 0 is for calls within the country.
        main = main.replace("(0)", "")
        bare = _digits(main)
        bare = bare if main.startswith("+") else bare.removeprefix("00")
        if bare.startswith("86"):
            return _chinese(main.partition("86")[2], bare[2:], extension, abroad=True)
        return _of(f"+{bare}", bare, extension)
    if CHINA.match(bare):
        return _chinese(main.partition("86")[2], bare[2:], extension)
    return _chinese(main, bare, extension)


def _chinese(main: str, bare: str, extension: str, *, abroad: bool = False) -> Number | None:
    """A number without its country code, read as a Chinese one; `abroad`: it was written as +86 or
    0086."""
    main = main.strip(" ).-")
    if not extension:
        known = MOBILE_WITH_MORE.fullmatch(main) or LANDLINE_WITH_MORE.fullmatch(main)
        if abroad and not known:
            known = AREA_WITH_MORE.fullmatch(main)
        if known:
            bare, extension = _digits(known[1]), known[2]
    # A mobile number was once dialled with a 0 before it.
    if len(bare) == MOBILE + 1 and CHINESE_MOBILE.match(bare[1:]) and bare[0] == "0":
        return _of(bare if not abroad else bare[1:], bare[1:], extension)
    if abroad and not CHINESE_MOBILE.match(bare) and bare:
        return _of(f"+86{bare.removeprefix('0')}", bare.lstrip("0"), extension)
    return _of(bare, bare.lstrip("0"), extension)


def _of(digits: str, key: str, extension: str) -> Number | None:
    fits = LEAST <= len(digits.removeprefix("+")) <= MOST
    return Number(digits, extension, key) if fits else None


def _doubt(number: Number) -> Doubt | None:
    digits = number.digits
    count = len(digits.removeprefix("+"))
    if CHINESE_MOBILE.match(digits) and count != MOBILE:
        less = MOBILE - count
        facts = {"n": str(abs(less))}
        if less > 0:
            return Doubt("phone_short", SHORT_ONE if less == 1 else SHORT, facts)
        return Doubt("phone_long", LONG_ONE if less == -1 else LONG, facts)
    if count < WHOLE:
        return Doubt("phone_short", FEW, {"n": str(count)})
    return Doubt("phone_long", MANY, {"n": str(count)}) if count > ABROAD else None
