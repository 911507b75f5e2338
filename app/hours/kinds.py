"""Whether a listed day is a working day or a day off, by its name."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Kind = Literal["off", "work", "either", ""]
"""`either`: the name says or could mean both; empty: it says neither."""

# 不上班, 非工作日, 停止营业: checked first, as they contain the words for work.
NO_WORK = re.compile(
    r"(?:不(?:用|必|需要?)?|[无毋][需须]|[無毋][需須]|免|勿|停|暂停|暫停|取消|没有?)(?:再)?(?:上|补|補|值|加)?班"
    r"|下班|非(?:工作|[营營]业|營業)日|(?:不|停止|暂停|暫停|停)(?:对外|對外)?(?:营业|營業|开门|開門|开业|開業)"
    r"|\bno[nt]?[ -]+(?:a[ -]+)?work(?:ing)?(?:[ -]?days?)?\b|\bnot[ -]+open\b",
    re.IGNORECASE,
)
# 不放假, 春节不打烊, 全年无休: the same the other way round.
NOT_OFF = re.compile(
    r"不(?:放假|休息?|打烊|停[业業]|关[店门]|關[店門])|[无無]休"
    r"|\bno(?:t[ -]+a?)?[ -]*(?:holidays?|vacation)\b|\bnot[ -]+closed\b",
    re.IGNORECASE,
)
# 调休 is both: a day off in exchange, and the day worked for it.
EITHER = re.compile(r"[调調][休班]|换休|換休|倒休|补休|補休|值班|轮[休班]|輪[休班]")
WORK = re.compile(
    r"(?:[上补補加]|复|開|开)班|[补補]工|上工|开工|開工|工作日|照常|[营營]业|營業|开[门业]|開[門業]"
    r"|[(\[【\s·-]班|^班(?![会會])|班$|振替出勤|営業日"
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
    bare = NOT_OFF.sub(" 上班 ", NO_WORK.sub(" 休 ", text))
    bare, either = EITHER.subn(" ", bare)
    works, off = WORK.search(bare), OFF.search(bare)
    if works and off:
        return "either"
    if works:
        return "work"
    if off:
        return "off"
    return "either" if either else ""
