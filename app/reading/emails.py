"""E-mail addresses as people write and paste them."""

from __future__ import annotations

import functools
import re
from urllib.parse import unquote

import idna
import msgspec
from email_validator import EmailNotValidError, validate_email

from app.reading.characters import plain
from app.reading.doubt import Doubt, Unreadable

LONGEST, LOCAL_LONGEST = 254, 64
MAILTO = re.compile(r"mailto:\s*", re.IGNORECASE)
QUERY = re.compile(r"\?(?:subject|body|cc|bcc)=\S*", re.IGNORECASE)
AT = re.compile(r"\s*(?:\(at\)|\[at\]|\{at\}|<at>|@)\s*", re.IGNORECASE)
DOT_IN_WORDS = re.compile(r"\s*(?:\(dot\)|\[dot\]|\{dot\})\s*", re.IGNORECASE)
STOPS = str.maketrans({"。": ".", "｡": ".", "．": ".", "，": ",", "；": ";", "：": ":"})
BLANK_AT_A_STOP = re.compile(
    r"(?<=[^\s.,;:])\s*\.\s*(?=(?:com|cn|net|org|edu|gov|de|jp|uk|fr|io|co|me)\b)", re.IGNORECASE
)
COMMA_FOR_A_STOP = re.compile(
    r"(?<=[A-Za-z0-9]),(?=(?:com|cn|net|org)\b(?![^\s]*@))", re.IGNORECASE
)
IN_ANGLES = re.compile(r"<([^<>@]+@[^<>@]+)>")
# Anything but blanks, brackets, quotes and separators.
LOOSE = re.compile(
    r"[^\s<>()\[\]{},;:\"、|\\@“”‘’「」《》]+@[^\s<>()\[\]{},;:\"'、|\\@“”‘’「」《》/?]+"
)
COMMENT = re.compile(r"\([^()@]*\)")
QUOTED = re.compile(r'"[^"@]{1,62}"@[^\s<>(),;:"@]+')
LABEL = re.compile(
    r"(?:(?:我的|电子)?(?:邮箱|邮件|电邮)(?:地址|是|为)?|e-?mail(?: address)?|mail|address|correo|"
    r"メール(?:アドレス)?|電郵|信箱|address is|my|is)",
    re.IGNORECASE,
)
AROUND = re.compile(r"[\s<>()\[\]{},;:.\"'、|=!?。“”‘’「」《》*_~#/-]+")
OR = re.compile(r"(?<![A-Za-z0-9])(?:or|and|或者?|和|及|oder|und)(?![A-Za-z0-9])", re.IGNORECASE)
# As most are written: nothing in it is read in two ways, or written otherwise in DNS.
USUAL = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9_+-]|\.(?!\.|@)){0,63}@"
    r"(?P<domain>(?:[a-z0-9](?:[a-z0-9]|-(?![.-])){0,62}\.){1,4}[a-z]{2,24})"
)
ATOM = re.compile(r"[^\s@<>()\[\],;:\"\\]+")
NEVER = {
    **dict.fromkeys(("gmial.com", "gamil.com", "gmai.com", "gmil.com", "gmail.co"), "gmail.com"),
    **dict.fromkeys(("hotmial.com", "hotmai.com", "hotmil.com"), "hotmail.com"),
    **dict.fromkeys(("outlok.com", "outloo.com", "outlook.co"), "outlook.com"),
    **dict.fromkeys(("qq.co", "qq.cm", "qq.cn", "qqcom.com"), "qq.com"),
    **dict.fromkeys(("163.co", "163.cm", "163.cn"), "163.com"),
    **dict.fromkeys(("126.co", "126.cm"), "126.com"),
    **dict.fromkeys(("foxmial.com", "foxmai.com"), "foxmail.com"),
    **dict.fromkeys(("yaho.com", "yahooo.com"), "yahoo.com"),
}
"""Where a slip of the finger leads, and where it was meant to."""

SLIPS = (".con", ".cmo", ".ocm")
"""For .com."""

MEANT = "Did you mean {address}?"
TAKEN = "We would write to {address}. Is it right?"


class Email(msgspec.Struct, frozen=True):
    """`address` has the domain in ASCII, and the part before @ as written."""

    address: str
    doubt: Doubt | None


@functools.lru_cache(maxsize=4096)
def read(text: str) -> Email:
    """The first address in a text. Raises Unreadable."""
    if (usual := USUAL.fullmatch(text)) and len(text) <= LONGEST and not _meant(usual["domain"]):
        return Email(text, None)
    seen = _tidied(text)
    for found in (*IN_ANGLES.finditer(seen), *QUOTED.finditer(seen), *LOOSE.finditer(seen)):
        address = _valid(found[found.lastindex or 0])
        if address:
            return Email(address, _doubt(address, seen, found))
    raise Unreadable


def address(text: str) -> str:
    """The first address in a text; empty when there is none."""
    try:
        return read(text).address
    except Unreadable:
        return ""


def shown(text: str) -> str:
    """The address as people read it, its domain in their own script; empty when there is none."""
    local, at, domain = address(text).rpartition("@")
    try:
        return f"{local}{at}{idna.decode(domain)}" if at else ""
    except (idna.IDNAError, UnicodeError):
        return f"{local}{at}{domain}"


def same(one: str, other: str) -> bool:
    """Whether both have the same address, ignoring case, as servers do in practice."""
    found = address(one).casefold()
    return bool(found) and found == address(other).casefold()


def _tidied(text: str) -> str:
    seen = plain(text).translate(STOPS)
    if MAILTO.match(seen):
        seen = unquote(seen, errors="replace")
    seen = QUERY.sub("", MAILTO.sub("", seen))
    seen = BLANK_AT_A_STOP.sub(".", DOT_IN_WORDS.sub(".", AT.sub("@", seen)))
    return COMMA_FOR_A_STOP.sub(".", seen)


def _valid(candidate: str) -> str:
    """The address for mailing; empty when it is not valid."""
    local, _, domain = candidate.strip(" .,;:!?*_~-/'").rpartition("@")
    label = LABEL.match(local)
    # 邮箱zhang@qq.com
    if label and not label[0].isascii():
        local = local[label.end() :]
    domain = _domain(domain.strip("."))
    if not domain or not local or len(local) > LOCAL_LONGEST:
        return ""
    whole = f"{local}@{domain}"
    try:
        # Another domain: names in an operator's own network are valid.
        found = validate_email(
            f"{local}@example.com",
            check_deliverability=False,
            allow_smtputf8=True,
            allow_quoted_local=True,
            test_environment=True,
        )
        whole = f"{found.local_part}@{domain}"
    except (EmailNotValidError, ValueError, IndexError):
        # Some providers once allowed names with several dots in a row or at the end.
        bare = re.sub(r"\.+", ".", local).strip(".")
        if not ATOM.fullmatch(local) or bare == local or not _valid(f"{bare}@{domain}"):
            return ""
    return whole if len(whole) <= LONGEST else ""


def _domain(text: str) -> str:
    """In ASCII, as in DNS; empty when it cannot be public. Typos like .con are kept, for the
    doubt."""
    if text.endswith(SLIPS) or "." not in text or ".." in text:
        return text if text.endswith(SLIPS) and ".." not in text else ""
    try:
        return idna.encode(text, uts46=True, std3_rules=True).decode().lower()
    except (idna.IDNAError, UnicodeError, ValueError, IndexError):
        return ""


def _doubt(address: str, seen: str, found: re.Match[str]) -> Doubt | None:
    local, _, domain = address.rpartition("@")
    if meant := _meant(domain):
        return Doubt("email_slip", MEANT, {"address": f"{local}@{meant}"})
    if found.re is IN_ANGLES or not _is_odd(seen[: found.start()], seen[found.end() :]):
        return None
    return Doubt("email_words", TAKEN, {"address": address})


def _meant(domain: str) -> str:
    """The domain that was probably meant; empty where it is the one that was written."""
    if domain.endswith(SLIPS):
        return f"{domain[:-4]}.com"
    return NEVER.get(domain, "")


def _is_odd(before: str, after: str) -> bool:
    """Whether words stand there that could be part of the address: zhang san@qq.com."""
    rest = COMMENT.sub(" ", f"{before} ; {after}")
    rest = LOOSE.sub(" ", OR.sub(" ", LABEL.sub(" ", rest)))
    rest = AROUND.sub("", rest)
    return any(char.isascii() or "@" in char for char in rest)
