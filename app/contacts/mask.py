"""Contacts masked: enough to recognise one, never all of it. What looks like one in a text is
masked, too: better an order number too many than a phone number."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.text import folded

LONG, MIDDLE = 11, 6
"""From this many characters on, three and four, or one and one, are shown at the ends."""
KNOWN_LEAST = 3
"""Shorter words are in every text."""
_DAY = r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}"
_BETWEEN = r"[ \t\u00a0\u3000().\-‐‑–—_/·•*]{0,3}"
_AT = r"\s?(?:@|＠|%40|[(\[{<（]\s?at\s?[)\]}>）])\s?"
_DOT = r"(?:[.。．]|\s?[(\[{]\s?dot\s?[)\]}]\s?)"
_CALLED = (
    r"微信|薇信|威信|微信號|we ?chat|weixin|whats ?app|telegram|skype|kakao|企鹅|扣扣"
    r"|(?<![a-z0-9])(?:wx|vx|qq|tg|line|v信|加v)"
)
_FOUND = re.compile(
    # Ids of ours and moments: long numbers that are none of anybody.
    r"(?P<kept>(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])"
    rf"|(?<!\d){_DAY}"
    r"(?:[T ]\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\d-]))"
    rf"|(?P<email>(?:[a-z0-9.!#$'*+^_~-]{{1,64}}|[^\W\x00-\x7f]{{1,64}}){_AT}"
    rf"[^\W_][\w-]*(?:{_DOT}[\w-]+)+)"
    rf"|(?P<said>(?:{_CALLED})\s?(?:号码?|號碼?|id|账号|帐号|number)?\s?(?:是|为|為|is)?\s?[:：=]?\s?)"
    r"(?P<id>[a-z0-9_][a-z0-9_-]{4,})"
    rf"|(?P<number>\+?\(?\d(?:{_BETWEEN}(?!{_DAY})\d){{6,}})"
    r"|(?P<words>[〇零一二三四五六七八九幺]{7,})",
    re.IGNORECASE,
)
_MASKED = re.compile(r".{0,2}\*{3}")
"""An e-mail address before its @: what is masked already stays so."""


def masked(text: str) -> str:
    """One contact: 138****8000, zh***@example.com, 1****8, 张***. Never all of it."""
    name, at, domain = text.partition("@")
    if at:
        return f"{name[: min(2, len(name) // 2)]}***@{domain}"
    if len(text) >= LONG:
        return f"{text[:3]}****{text[-4:]}"
    if len(text) >= MIDDLE:
        return f"{text[:1]}****{text[-1:]}"
    return f"{text[: len(text) // 2][:1]}***"


def masked_or_empty(text: str) -> str:
    return masked(text) if text else ""


def hidden(text: str, known: Iterable[str] = ()) -> str:
    """A text in which every e-mail address, number of seven digits or more, and id after a word
    like WeChat or QQ is masked, and every one of the `known` contacts, in any case."""
    if not text:
        return ""
    return _FOUND.sub(_one, without(text, known))


def restored(typed: str, text: str, known: Iterable[str] = ()) -> str:
    """`typed` is what somebody has made of a `text` that they saw `hidden`: what stands masked in
    it still is put back. Raises ValueError where it may have been one or the other, or where more
    of it would be seen from now on, as without the word before it, or beside other digits."""
    known = [each.strip() for each in known if len(each.strip()) >= KNOWN_LEAST]
    found = dict[str, list[str]]()
    for each in known:
        for match in re.finditer(re.escape(each), text, flags=re.IGNORECASE):
            found.setdefault(masked(each), []).append(match[0])
    by_name = set(found)
    seen = hidden(typed, known)
    for match in _FOUND.finditer(without(text, known)):
        mask = _one(match).removeprefix(match["said"] or "")
        found.setdefault(mask, []).append(match["id"] or match[0])
    for mask, wholes in found.items():
        if mask in wholes or mask not in typed:
            continue
        if len(set(wholes)) == 1:
            typed = typed.replace(mask, wholes[0])
            continue
        first, *rest = typed.split(mask)
        if len(rest) != len(wholes) or mask in by_name:
            raise ValueError(mask)
        typed = first + "".join(whole + part for whole, part in zip(wholes, rest, strict=True))
    if hidden(typed, known) != seen:
        raise ValueError("seen otherwise once it is put back")
    return typed


def without(text: str, known: Iterable[str]) -> str:
    """A text in which the `known` contacts are masked, and nothing else."""
    for each in sorted({each.strip() for each in known}, key=len, reverse=True):
        if len(each) >= KNOWN_LEAST and folded(each) in folded(text):
            text = re.sub(re.escape(each), masked(each), text, flags=re.IGNORECASE)
    return text


def _one(found: re.Match[str]) -> str:
    if found["kept"]:
        return found["kept"]
    if found["email"]:
        local, at, domain = re.split(f"({_AT})", found["email"], maxsplit=1, flags=re.IGNORECASE)
        start = local if _MASKED.fullmatch(local) else f"{local[: min(2, len(local) // 2)]}***"
        return f"{start}{at}{hidden(domain)}"
    if found["id"]:
        return f"{found['said']}{_once(found['id'])}"
    return _once(found[0])


def _once(text: str) -> str:
    """What is masked already stays so."""
    return text if "****" in text else masked(text)
