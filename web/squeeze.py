"""Our own scripts, as they travel: a third of their bytes are for people who read the source.

They are written for it: comments have lines of their own, texts stand in double quotes, statements
end with a semicolon, and no regular expression holds a gap or a quote.
"""

from __future__ import annotations

import re

COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[\w$]+|\s+|.', re.DOTALL)
WORD = re.compile(r"[\w$]")


def squeezed(source: str) -> str:
    kept: list[str] = []
    gap = False
    for match in TOKEN.finditer(COMMENT.sub("", source)):
        token = match[0]
        if token.isspace():
            gap = True
            continue
        if gap and kept and WORD.match(token) and WORD.match(kept[-1][-1]):
            kept.append(" ")
        kept.append(token)
        gap = False
    # A long text is written in several lines.
    return "".join(kept).replace('"+"', "")
