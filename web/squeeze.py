"""Our own scripts, as they travel: half of their bytes are for people who read the source.

They are written for it: comments have lines of their own, texts stand in double quotes, statements
end with a semicolon, no regular expression holds a gap, and a division has one after its sign.
"""

from __future__ import annotations

import re
import string
from collections import Counter

COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|/(?! )(?:[^/\\\n]|\\.)+/\w*|[\w$]+|\s+|.', re.DOTALL)
WORD = re.compile(r"[\w$]")
DECLARED = re.compile(r"\bvar (\w+(?:, \w+)*)|\bfunction (?:(\w+))?\(([\w, ]*)\)")
LETTERS = string.ascii_letters
# None of them is a word of the language, as `do` would be.
NAMES = [*LETTERS, *(letter + digit for letter in LETTERS for digit in string.digits)]


def squeezed(source: str) -> str:
    """Half of the bytes are for people who read the source."""
    source = COMMENT.sub("", source)
    short = _short_names(source)
    kept: list[str] = []
    gap = False
    for match in TOKEN.finditer(source):
        token = short.get(match[0], match[0])
        if token.isspace():
            gap = True
            continue
        if gap and kept and WORD.match(token) and WORD.match(kept[-1][-1]):
            kept.append(" ")
        kept.append(token)
        gap = False
    # A long text is written in several lines.
    return "".join(kept).replace('"+"', "").replace(";}", "}")


def _short_names(source: str) -> dict[str, str]:
    """For what the script declares itself: the same name becomes the same short one everywhere.
    What is a name of a property too stays."""
    tokens = [token for token in TOKEN.findall(source) if not token.isspace()]
    around = zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False)
    properties = {
        word
        for before, word, after in around
        if before == "." or (before in {"{", ","} and after == ":")
    }
    declared = set(re.findall(r"\w+", " ".join(map(" ".join, DECLARED.findall(source)))))
    own = Counter(token for token in tokens if token in declared - properties)
    free = (name for name in NAMES if name not in tokens)
    return dict(zip((name for name, _ in own.most_common()), free, strict=False))
