"""Finds where a value would act instead of being text, in any platform's markup."""

from __future__ import annotations

import re

_TAG = re.compile(r"<(?:\s*(?:@[^>]*)?|[/!?A-Za-z][^>]*)\Z")
_URL = re.compile(r"://[^\s)>\"'\x80-\U0010ffff]*\Z")


def acts(before: str) -> bool:
    """Whether this text leaves a tag, a web address or the target of a link open at its end."""
    if (tag := before.rfind("<")) >= 0 and _TAG.match(before, tag):
        return True
    if (url := before.rfind("://")) >= 0 and _URL.match(before, url):
        return True
    target = before.rfind("](")
    return target >= 0 and _stays_open(before[target + 1 :])


def _stays_open(said: str) -> bool:
    """Whether the bracket at the start is never closed; a target may have inner ones."""
    depth = 0
    for character in said:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return False
    return True
