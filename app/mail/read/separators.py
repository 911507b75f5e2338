"""How mail programs say that what follows is quoted, in the words of each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.mail.read.markup import QUOTE

WRAPPED_MAX = 4
"""Lines that a program breaks the sentence before a quote into."""
SENTENCE_MAX = 400
HEADERS_WITHIN = 9
"""Lines in which the headers of the quoted mail follow each other."""

LINES = re.compile(
    r"(?:[-—_=*# ]{2,}\s*)"
    r"(?:原始邮件|原邮件|原始郵件|原始信件|回复的原邮件|回覆的原郵件|转发的邮件|轉寄的郵件|转发邮件信息|"
    r"转发邮件|轉寄郵件|邮件原件|邮件原文|历史邮件|original (?:message|mail|email|appointment)|"
    r"replied message|forwarded message(?: from .{1,80})?|forwarded mail|reply message|"
    r"urspr(?:ü|ue)ngliche nachricht|weitergeleitete nachricht|message d['’]origine|"
    r"message (?:original|transféré)|mensaje original|messaggio originale|mensagem original|"
    r"oorspronkelijk bericht|исходное сообщение|元のメッセージ|원본 메시지)"
    r"(?:\s*[-—_=*# ]{2,})?\s*",
    re.IGNORECASE,
)
# QQ on phones and in English. Without the dashes behind it, it is a word like any other.
ORIGINAL = re.compile(r"-{2,}\s*original\s*-{2,}", re.IGNORECASE)
BEGIN = re.compile(
    r"(?:begin forwarded message|开始转发的邮件|以下是转发的邮件|anfang der weitergeleiteten "
    r"nachricht|début du message réexpédié)\s*[:：]",
    re.IGNORECASE,
)
ABOVE = re.compile(
    r"[-=_#* ~]*(?:(?:please )?(?:type|write) your (?:reply|answer) above this line|"
    r"reply above this line|"
    r"请在(?:此|这条?|本)(?:行|线|横线)(?:以?上|之上|上方)(?:回复|回覆|作答)[。.]?|"
    r"請在此線以上回覆)[-=_#* ~]*",
    re.IGNORECASE,
)
RULE = re.compile(r"[-_=─—]{10,}")

ENDS = re.compile(
    r"(?:写道|寫道|编写|撰写|來信|来信|写信说|wrote|writes|schrieb(?: .{1,120})?|a écrit|escribió|"
    r"ha scritto|escreveu|schreef(?: .{1,120})?|skrev(?: .{1,120})?|napisał(?:\(a\)|a)?|"
    r"napsal(?:\(a\)|a)?|"
    r"пишет|написала?|님이 작성|のメール|さんは書きました)\s*[:：]?\s*",
    re.IGNORECASE,
)
# What the sentence before a quote begins with: a word, a date or who wrote it.
STARTS = re.compile(
    r"(?:on|at|am|le|el|il|op|em|den|dne|dnia|w dniu|on behalf of)\s|在|于|於|"
    r"\d{1,4}\s*[-/.年]\s*\d|\d{1,2}\.? \w{3,12} \d{4},|(?:mon|tue|wed|thu|fri|sat|sun)\w*[, ]|"
    r"[^\s<>].{0,80}?(?:<[^\s<>]+@[^\s<>]+>|[(（\[][^\s]+@[^\s]+[)）\]]|于|於|在)|"
    r"[\"“].{1,80}[\"”]|[^\s@<>]+@[^\s@<>]+",
    re.IGNORECASE,
)
WHOLE = re.compile(
    r"(?:on|am|le|el|il|op|em|den|dne|dnia|w dniu)\s.{0,40}\d{4}|在\s*\d{4}", re.IGNORECASE
)
"""What begins such a sentence beyond doubt: lines above it are not part of it."""
FACT = re.compile(
    r"\d{1,4}\s*[-/.年:]\s*\d|@|\d{1,2}\.?\s+[A-Za-zäéûçãñ]{3,}|[A-Za-z]{3,}\.?\s+\d{1,2}"
)
NO_VERB = re.compile(
    # Gmail and Apple in Japanese: 2026年11月30日(月) 10:00 山田 <a@b.jp>:
    r"\d{4}年\d{1,2}月\d{1,2}日.{0,120}<[^\s<>]+@[^\s<>]+>\s*[:：]|"
    # Tuta: 30 Nov 2026, 10:00 by a@b.de:
    r"\d{1,2}\.? \w{3,12} \d{4}, \d{1,2}:\d{2} (?:by|von) [^\s<>]+@[^\s<>]+\s*:|"
    # Mail.ru: Понедельник, 30 ноября 2026, 10:00 +03:00 от А <a@b.ru>:
    r"\w{5,12}, \d{1,2} \w{3,10} \d{4}, \d{1,2}:\d{2}.{0,10} от .{0,120}<[^\s<>]+@[^\s<>]+>\s*:"
)

LABEL = re.compile(
    r"[|*\s>]*(?P<name>发件人|寄件者|寄件人|发送者|发信人|from|"
    r"von|de|da|van|från|fra|od|от|差出人|送信者|보낸 ?사람|"
    r"发送时间|发送日期|发件时间|傳送日期|寄件日期|日期|时间|時間|sent|date|gesendet|datum|envoyé|enviado|"
    r"inviato|verzonden|fecha|data|дата|送信日時|日時|날짜|"
    r"收件人|收件者|到|to|an|à|para|aan|till|til|do|кому|宛先|받는 ?사람|"
    r"主题|主旨|標題|subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|тема|件名|제목|"
    r"抄送|副本|cc|kopie|копия|重要性|importance|附件|attachments?|reply-to|回复)"
    r"[*\s]*[:：|｜]",
    re.IGNORECASE,
)
FROM = re.compile(
    r"发件人|寄件者|寄件人|发送者|发信人|from|von|de|da|van|från|fra|od|от|"
    r"差出人|送信者|보낸 ?사람",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    r"主题|主旨|標題|subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|тема|件名|제목",
    re.IGNORECASE,
)


def at(lines: Sequence[str], index: int) -> int:
    """How many lines say, from this one on, that the rest is quoted; 0 when they do not."""
    line = lines[index].strip()
    if not line:
        return 0
    if line == QUOTE or any(each.fullmatch(line) for each in (ABOVE, LINES, ORIGINAL, BEGIN)):
        return 1
    if RULE.fullmatch(line):
        below = _next(lines, index + 1)
        return below - index if below < len(lines) and _headers(lines, below) else 0
    return _sentence(lines, index) or _headers(lines, index)


def _next(lines: Sequence[str], index: int) -> int:
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index


def _sentence(lines: Sequence[str], index: int) -> int:
    first = lines[index].strip()
    if not STARTS.match(first[:SENTENCE_MAX]):
        return 0
    whole = ""
    for count in range(WRAPPED_MAX):
        if index + count >= len(lines):
            return 0
        part = lines[index + count].strip()
        if not part or (count and part.startswith(">")):
            return 0
        whole = f"{whole} {part}" if whole else part
        if len(whole) > SENTENCE_MAX:
            return 0
        if _says_so(whole):
            return 0 if _begins_later(lines[index + 1 : index + count + 1]) else count + 1
    return 0


def _begins_later(lines: Sequence[str]) -> bool:
    """Whether somebody's own words stand right above the sentence."""
    parts = [each.strip() for each in lines]
    return any(
        WHOLE.match(part) and _says_so(" ".join(parts[number:]))
        for number, part in enumerate(parts)
    )


def _says_so(sentence: str) -> bool:
    if NO_VERB.fullmatch(sentence):
        return True
    if not sentence.endswith((":", "：")) and not sentence.endswith(("写道", "寫道")):
        return False
    # The verb is near the end: 120 characters for a name behind it.
    tail = sentence[-170:]
    verb = next((each for each in ENDS.finditer(tail) if each.end() == len(tail)), None)
    return verb is not None and FACT.search(sentence) is not None


def _headers(lines: Sequence[str], index: int) -> int:
    """Lines of the quoted mail's own headers that begin here. A trip from one town to another has
    From and To as well, but no subject and no address."""
    first = LABEL.match(lines[index])
    if not first:
        return 0
    names: list[str] = []
    last, address = index, False
    for number in range(index, min(len(lines), index + HEADERS_WITHIN)):
        found = LABEL.match(lines[number])
        if found:
            names.append(found["name"].lower())
            address = address or "@" in lines[number]
            last = number
        elif number - last > 2:
            break
    sender = any(FROM.fullmatch(name) for name in names)
    subject = any(SUBJECT.fullmatch(name) for name in names)
    enough = len(set(names)) >= 3 if not address else len(set(names)) >= 2
    return last - index + 1 if sender and enough and (address or subject) else 0
