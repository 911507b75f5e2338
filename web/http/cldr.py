"""How languages write dates and numbers, by Unicode's CLDR."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale

from app.languages import LANGUAGES, unicode


@lru_cache(maxsize=2 * len(LANGUAGES))
def cldr(tag: str) -> Locale:
    """Babel looks a language up by its name for every date, which takes forty times as long as to
    write the date."""
    return Locale.parse(unicode(tag))
