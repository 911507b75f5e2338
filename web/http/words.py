"""What is said to people, in their language: sentences, times and lists.

Message ids are English and may hold {placeholders}. The Chinese is in locales/; English needs none.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta
from babel.messages.pofile import read_po
from litestar.connection import ASGIConnection

Locale = Literal["zh-CN", "en"]
Connection = ASGIConnection[Any, Any, Any, Any]

LOCALES: dict[Locale, str] = {"zh-CN": "简体中文", "en": "English"}
DEFAULT: Locale = "zh-CN"
FOLDER = Path(__file__).parent.parent / "locales"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# An Accept-Language of a browser has a handful of entries; a longer one is somebody's probe.
ACCEPTED_ENTRIES = 20


def N_(msgid: str) -> str:
    return msgid


def locale_of(request: Connection) -> Locale:
    """`?lang=`, then what the person signed in chose, then the browser's, then the form's own."""
    state = request.scope.get("state", {})
    return (
        supported(request.query_params.get("lang", ""))
        or supported(state.get("locale", ""))
        or accepted(request.headers.get("accept-language", ""))
        or supported(state.get("default_locale", ""))
        or DEFAULT
    )


def supported(tag: str) -> Locale | None:
    """The locale that serves a language tag: any Chinese, any English."""
    language = tag.strip().lower().replace("_", "-").partition("-")[0]
    return {"zh": "zh-CN", "en": "en"}.get(language)  # type: ignore[return-value]


def accepted(header: str) -> Locale | None:
    """The best of an Accept-Language header that we speak."""
    wanted = []
    for entry in header.split(",")[:ACCEPTED_ENTRIES]:
        tag, _, weight = entry.partition(";")
        locale = supported(tag)
        if locale is not None:
            wanted.append((_weight(weight), locale))
    best = max(wanted, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] > 0 else None


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def say(locale: str, msgid: str, facts: Mapping[str, Any] | None = None) -> str:
    """The sentence in this language, its {placeholders} filled. Unknown ones stay as they are."""
    found = catalogue(locale).get(msgid) or msgid
    return fill(found if isinstance(found, str) else found[0], facts or {})


def say_many(
    locale: str, one: str, many: str, n: int, facts: Mapping[str, Any] | None = None
) -> str:
    """As `say`, with the form for `n`, which also fills {n}."""
    found = catalogue(locale).get(one)
    if isinstance(found, str) or not found:
        found = (one, many)
    # English has two forms, Chinese one.
    form = found[0] if n == 1 or len(found) == 1 else found[1]
    return fill(form, {"n": n, **(facts or {})})


def fill(text: str, facts: Mapping[str, Any]) -> str:
    return PLACEHOLDER.sub(lambda m: str(facts[m[1]]) if m[1] in facts else m[0], text)


@functools.cache
def catalogue(locale: str) -> dict[str, str | tuple[str, ...]]:
    path = FOLDER / locale.replace("-", "_") / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        entries = read_po(file, locale=locale.replace("-", "_"))
    return {_key(entry.id): _text(entry.string) for entry in entries if entry.id}


def _key(msgid: Any) -> str:
    return msgid if isinstance(msgid, str) else str(msgid[0])


def _text(msgstr: Any) -> str | tuple[str, ...]:
    return msgstr if isinstance(msgstr, str) else tuple(msgstr)


def full(locale: str, zone: str, moment: dt.datetime) -> str:
    """Date and time to the second, for a title or a log."""
    pattern = "yyyy-MM-dd HH:mm:ss" if locale == "zh-CN" else "d MMM yyyy, HH:mm:ss"
    return _format(locale, zone, moment, pattern)


def short(locale: str, zone: str, moment: dt.datetime, now: dt.datetime | None = None) -> str:
    """As short as it can be without a doubt: 10:30 today, else with the day, else the year."""
    now = (now or dt.datetime.now(dt.UTC)).astimezone(ZoneInfo(zone))
    local = moment.astimezone(ZoneInfo(zone))
    if local.date() == now.date():
        return _format(locale, zone, moment, "HH:mm")
    chinese = locale == "zh-CN"
    if local.date() == now.date() - dt.timedelta(days=1):
        return _format(locale, zone, moment, "'昨天' HH:mm" if chinese else "'Yesterday' HH:mm")
    if local.year == now.year:
        return _format(locale, zone, moment, "M月d日 HH:mm" if chinese else "d MMM HH:mm")
    return _format(locale, zone, moment, "yyyy-MM-dd" if chinese else "d MMM yyyy")


def ago(locale: str, moment: dt.datetime, now: dt.datetime | None = None) -> str:
    """How long since, in the largest unit that fits."""
    now = now or dt.datetime.now(dt.UTC)
    return format_timedelta(moment - now, add_direction=True, locale=locale.replace("-", "_"))


def _format(locale: str, zone: str, moment: dt.datetime, pattern: str) -> str:
    return format_datetime(moment, pattern, tzinfo=ZoneInfo(zone), locale=locale.replace("-", "_"))
