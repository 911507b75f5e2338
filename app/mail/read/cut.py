"""What somebody wrote in a mail, without what it quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from mailparser_reply.parser import EmailMessage

from app.mail.read import separators
from app.mail.read.markup import QUOTE
from app.text import visible

OTHER_LANGUAGES = ["de", "fr", "es", "it", "nl", "ja", "ko", "pl", "sv", "da", "cs"]
"""Of whose sentences the library knows more; ours has Chinese and English, with all their
programs."""
LIBRARY_MAX, LINE_MAX = 20_000, 300
"""Its patterns take a time that grows with the square of a line."""
FLAG = re.compile(r"\s*(?:[>＞]|&gt;)")
MARK = re.compile(r"-- ?|——\s?|__\s?")
PHONE = re.compile(
    r"(?:(?:发|發送|发送|傳送|寄|来|來)自|从|從|通过|透過|使用|由)\s*(?:我的|于|於|至)?.{0,40}?"
    r"(?:iphone|ipad|手机|手機|android|安卓|outlook|qq邮箱|网易邮箱大师|邮箱大师|邮箱|郵件|邮件|foxmail|"
    r"小米|华为|huawei|oppo|vivo|三星|samsung|荣耀|honor|redmi|yahoo|gmail|移动版|客户端|企业微信|钉钉|飞书)"
    r".{0,30}|"
    r"(?:获取|下载|取得|下載)\s?(?:适用于|outlook).{0,40}|"
    r"(?:sent|diese nachricht wurde) (?:from|via|with|by|mit|von) \[?(?:my |mail|outlook|yahoo|"
    r"gmail|iphone|ipad|android|"
    r"samsung|huawei|proton|spark|the |qq|foxmail|netease|mobile|blackberry|windows|a ).{0,80}|"
    r"get outlook for .{1,40}|download outlook .{0,40}|"
    r"von meinem .{1,40} gesendet|"
    r"gesendet (?:von|mit) .{1,40}|envoyé (?:de|depuis|à partir) .{1,40}|"
    r"enviado desde .{1,40}|inviato da.{1,40}|enviado do meu .{1,40}|verzonden vanaf .{1,40}|"
    r"отправлено (?:с|из) .{1,40}|.{1,30}から送信|나의 .{1,20}에서 보냄",
    re.IGNORECASE,
)
TAILS = 3
"""Lines at the end of what was written among which a phone's own line is looked for."""


class Cut(msgspec.Struct, frozen=True):
    """`quoted` says whether anything was left out as quoted."""

    said: str
    quoted: bool


def cut(text: str) -> Cut:
    """Nothing is said where a mail only quotes."""
    lines = text.split("\n")
    own, quoted = _own(lines)
    if not quoted:
        own, quoted = _by_library(lines)
    return Cut(_without_end("\n".join(own).strip("\n")), quoted)


def _own(lines: Sequence[str]) -> tuple[list[str], bool]:
    """The lines that are not quoted. Behind a quote whose lines are marked one by one somebody may
    have written more; any other goes to the end."""
    own: list[str] = []
    quoted, index = False, 0
    while index < len(lines):
        line = lines[index]
        if FLAG.match(line):
            quoted, index = True, index + 1
            continue
        length = separators.at(lines, index)
        if not length:
            own.append(line)
            index += 1
            continue
        quoted = True
        index = _past_separators(lines, index + length)
        if index < len(lines) and not FLAG.match(lines[index]):
            break
    return own, quoted


def _past_separators(lines: Sequence[str], index: int) -> int:
    """A mark is followed by the sentence that says who wrote it."""
    while index < len(lines):
        if not lines[index].strip():
            index += 1
        elif length := separators.at(lines, index):
            index += length
        else:
            return index
    return index


def _by_library(lines: Sequence[str]) -> tuple[list[str], bool]:
    shown = "\n".join(line[:LINE_MAX] for line in lines)[:LIBRARY_MAX]
    message = EmailMessage(text=shown, languages=list(OTHER_LANGUAGES), include_english=False)
    replies = message.read().replies
    first = replies[0].full_body if replies else ""
    rest = shown[len(first) :]
    # It also takes two lines like "Von: …" for a quote. A quoted mail names an address.
    if len(replies) < 2 or not visible(first) or "@" not in rest:
        return list(lines), False
    count = len(first.split("\n"))
    return list(lines[:count]), True


def _without_end(said: str) -> str:
    """Without a signature behind its mark, and without what phones and programs add."""
    lines = said.split("\n")
    for number, line in enumerate(lines):
        if number and MARK.fullmatch(line) and visible("\n".join(lines[:number])):
            lines = lines[:number]
            break
    while lines and not lines[-1].strip():
        lines.pop()
    for number in range(max(0, len(lines) - TAILS), len(lines)):
        if PHONE.fullmatch(lines[number].strip(" \t*_<>[]。.")):
            del lines[number:]
            break
    return "\n".join(lines).replace(QUOTE, "").strip()
