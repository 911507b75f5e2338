"""WeChat ids as people write them."""

from __future__ import annotations

import functools
import re

import msgspec

from app.reading import emails, phones
from app.reading.characters import plain
from app.reading.doubt import Doubt, Unreadable

# https://help.wechat.com: 6 to 20 letters, digits, _ and -, the first a letter.
ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{5,19}")
# Phone and QQ numbers find people, too, and there are older ids.
LOOSE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{4,}")
LONGEST = 64
"""Of what is kept."""
NUMBER = re.compile(r"\+?[0-9(][0-9() -]*")
QQ_LONGEST = 11
LABEL = re.compile(
    r"(?:加?我的?)?(?:微信|薇信|威信|[vV]信)(?:号|號|帐号|账号|ID)?(?:是|为|為)?[ :=,]*"
    r"|(?<![A-Za-z0-9_-])"
    r"(?:(?:my )?(?:we ?chat|weixin)(?: ?id| number)?(?: is)?|wx|vx|v)[ :=]+",
    re.IGNORECASE,
)
SAME = re.compile(
    r"(?:手机|电话|号码)?(?:跟|和|与|同|就是|即)?(?:微信)?(?:号|號)?"
    r"(?:同号|同號|同步|同手机号?|同电话号?)"
    r"|(?:手机号?|电话号?)(?:就?是|即|=|同)微信号?"
    r"|微信号?(?:就?是|即|=|同)(?:手机|电话)号?"
    r"|^ *(?:微信)?[同如]上 *$"
    r"|same (?:as )?(?:my |the )?(?:phone|number|mobile)(?: number)?",
    re.IGNORECASE,
)
AROUND = re.compile(r"[\s()\[\]{}<>,.;:=!?'\"/|。，、；：！？“”‘’「」《》~+-]+")

ODD = "A WeChat ID has 6 to 20 letters, digits, _ or -, and begins with a letter. Is it right?"
TAKEN = "We would look for {id} on WeChat. Is it right?"


class WeChat(msgspec.Struct, frozen=True):
    """`id` is what one types to find somebody; it is empty when the text says that the phone number
    is the id."""

    id: str
    doubt: Doubt | None = None


@functools.lru_cache(maxsize=4096)
def read(text: str) -> WeChat:
    """The id in a text. Raises Unreadable when nobody can be found by it."""
    rest = LABEL.sub(" ", SAME.sub(" ", plain(text)))
    found = _alone(rest.strip(" ,.;:!"))
    if found is not None:
        return found
    if address := emails.address(rest):
        return WeChat(address, Doubt("wechat_odd", ODD))
    pieces = [each for each in LOOSE.findall(rest) if len(each) <= LONGEST]
    if not pieces:
        if is_phone(text):
            return WeChat("")
        raise Unreadable
    chosen = next(filter(ID.fullmatch, pieces), pieces[0])
    if AROUND.sub("", rest.replace(chosen, "", 1)):
        return WeChat(chosen, Doubt("wechat_words", TAKEN, {"id": chosen}))
    return _alone(chosen) or WeChat(chosen)


def id_in(text: str) -> str:
    """The id in a text; empty when there is none."""
    try:
        return read(text).id
    except Unreadable:
        return ""


def mentioned(text: str) -> str:
    """The id in a text that says it is one of WeChat; empty when there is none."""
    return id_in(text) if LABEL.search(plain(text)) else ""


def keys(text: str) -> frozenset[str]:
    """Keys for comparing: ids with a common key are the same, in any case; one that is a phone
    number has the keys of that number. Without an id, the text itself."""
    if not text:
        return frozenset()
    try:
        found = read(text).id
    except Unreadable:
        found = plain(text)
    return phones.keys(found) if NUMBER.fullmatch(found) else frozenset({found.casefold()}) - {""}


def with_phone(phone: str, wechat: str) -> frozenset[str]:
    """The keys of both: a phone number may be a WeChat id."""
    return phones.keys(phone) | keys(wechat)


def same(one: str, other: str) -> bool:
    return bool(keys(one) & keys(other))


def slipped(text: str, corrected: str) -> bool:
    """Whether the second may correct a typo in the first."""
    return any(phones.near(one, other) for one in keys(text) for other in keys(corrected))


def is_phone(text: str) -> bool:
    """Whether it says that somebody is found by their phone number."""
    return SAME.search(plain(text)) is not None


def is_id(text: str) -> bool:
    """Whether it can be a WeChat id and nothing else: it begins with a letter."""
    return ID.fullmatch(plain(text)) is not None


def _alone(text: str) -> WeChat | None:
    """An id or number with nothing around it; blanks in it do not count."""
    if NUMBER.fullmatch(text):
        return _number(text)
    bare = text.replace(" ", "")
    if ID.fullmatch(bare):
        return WeChat(bare)
    odd = LOOSE.fullmatch(bare) and len(bare) <= LONGEST
    return WeChat(bare, Doubt("wechat_odd", ODD)) if odd else None


def _number(text: str) -> WeChat | None:
    found = number(text)
    fits = found.startswith("+") or len(found) <= QQ_LONGEST
    return WeChat(found, None if fits else Doubt("wechat_odd", ODD)) if found else None


def number(phone: str) -> str:
    """The id of somebody who is found by this phone number; empty without one."""
    try:
        found = next(iter(phones.read(phone).numbers), None)
    except Unreadable:
        return ""
    if found is None:
        return ""
    return found.key if phones.MOBILE_ALONE.fullmatch(found.key) else found.digits
