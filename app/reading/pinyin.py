"""Names as they are typed in pinyin: zhangsan and zs for 张三, shanfang and danfang for 单芳."""

from __future__ import annotations

import functools
import itertools
import os
import re

HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]+")
NAME_LONGEST = 6
"""Longer runs are companies and sentences, which get one reading."""
GIVEN_READINGS = 2
"""Of a character that is no surname: what the dictionary has besides is seldom heard."""
SPELLINGS_MAX = 16


@functools.cache
def _readings(char: str) -> tuple[str, ...]:
    # Its dictionary takes a while to load, and who gets no Chinese name needs none. That of phrases
    # is 45 MB, and says nothing about one character.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "yes")
    import pypinyin

    (found,) = pypinyin.pinyin([char], style=pypinyin.Style.NORMAL, heteronym=True)
    return tuple(dict.fromkeys(found))


@functools.lru_cache(maxsize=4096)
def spellings(name: str) -> tuple[str, ...]:
    """In full and by initials, for every usual reading of its Chinese characters; ü is v."""
    found = [way for run in HAN.findall(name) for way in _ways(run)]
    return tuple(dict.fromkeys(found))


def _ways(run: str) -> list[str]:
    if len(run) > NAME_LONGEST:
        readings = [_readings(char)[:1] for char in run]
    else:
        readings = [_readings(run[0]), *(_readings(char)[:GIVEN_READINGS] for char in run[1:])]
    spoken = itertools.islice(itertools.product(*readings), SPELLINGS_MAX)
    return [way for each in spoken for way in ("".join(each), "".join(part[0] for part in each))]
