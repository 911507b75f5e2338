"""Whether a listed day is a working day or a day off, by its name."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Kind = Literal["off", "work", "either", ""]
"""`either`: the name says or could mean both; empty: it says neither."""

# 不上班, 无需补班, 停班: checked first, as they contain the word for work.
NO_WORK = re.compile(
    r"(?:不(?:用|必|需要?)?|无需|無需|免|勿|停|暂停|暫停|没有?)(?:再)?(?:上|补|補|值|加)?班|下班"
)
# 调休 is both: a day off in exchange, and the day worked for it.
EITHER = re.compile(r"[调調][休班]|换休|換休|倒休|补休|補休|值班|轮[休班]|輪[休班]")
WORK = re.compile(
    r"(?:[上补補加]|复|開|开)班|[补補]工|上工|开工|開工|工作日|照常(?:营业|營業|上班)?|正常(?:营业|營業|上班)"
    r"|[(\[【\s·-]班|^班|班$|振替出勤|営業日"
    r"|\bwork(?:ing)?[ -]?days?\b|\bwork\b|\bmake-?up\b|\bopen\b|\bin lieu work",
    re.IGNORECASE,
)
OFF = re.compile(
    r"休|放假|假[日期]|[长長小]假|节假|節假|^假$|停[业業]|不营业|不營業|打烊|關店|关店|関店"
    r"|\bholidays?\b|\bclosed\b|\boff\b|\bvacation\b|\bshut\b",
    re.IGNORECASE,
)


def kind_of(words: str) -> Kind:
    text = unicodedata.normalize("NFKC", words).strip()
    bare = NO_WORK.sub(" 休 ", text)
    bare, either = EITHER.subn(" ", bare)
    works, off = WORK.search(bare), OFF.search(bare)
    if works and off:
        return "either"
    if works:
        return "work"
    if off:
        return "off"
    return "either" if either else ""
