"""Our own scripts, as they travel: half of their bytes are for people who read the source.

Libraries for Python leave names as they are, and the script for host pages would then weigh more
than its 5,000 bytes. What is told apart here, as the language does it: comments, the three kinds of
texts, patterns from divisions, and gaps that mean something. What cannot be told is refused, and so
is a property that is named only by its value, whose name would change with it.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterator

TEXT = r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
PATTERN = r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*"
NUMBER = r"\.?\d(?:[eE][+-]?|[\w.])*"
SIGN = r"\+\+|--|=>|[^\s\w]"
TOKEN = re.compile(
    rf"(?P<gap>(?:\s|//[^\n]*|/\*.*?\*/)+)|(?P<text>{TEXT})|(?P<number>{NUMBER})"
    rf"|(?P<word>[\w$]+)|(?P<pattern>{PATTERN})|(?P<sign>{SIGN})",
    re.DOTALL,
)
# After these a slash divides; after anything else it begins a pattern.
VALUE_ENDS = re.compile(r"[\w$)\]}\"'`]\Z|\+\+\Z|--\Z")
# They look like names, and a value follows them.
OPERATORS = frozenset(
    [
        "return",
        "typeof",
        "case",
        "in",
        "of",
        "do",
        "else",
        "delete",
        "void",
        "throw",
        "new",
        "instanceof",
        "yield",
        "await",
    ]
)
CONTROLS = frozenset({"if", "while", "for", "with"})
# Between these two texts can become one: nothing binds more closely than their plus.
FREE_BEFORE = frozenset(["(", ",", "=", ":", "[", "?", "+", "{", ";", "return"])
FREE_AFTER = frozenset("+,;:)]}?\n ")
# A new line between two of these ends a statement without a semicolon.
MAY_END = re.compile(r"[\w$)\]}\"'`/]\Z|\+\+\Z|--\Z")
MAY_BEGIN = re.compile(r"[\w$(\[{\"'`/!~]|\+\+|--")
WORD = re.compile(r"[\w$]")
SHORTHANDS = {("{", ","), ("{", "}"), (",", "}")}
DECLARED = re.compile(r"\bvar (\w+(?:, \w+)*)|\bfunction (?:(\w+))?\(([\w, ]*)\)")
LETTERS = string.ascii_letters
# None of them is a word of the language, as `do` would be.
NAMES = [*LETTERS, *(letter + digit for letter in LETTERS for digit in string.digits)]


def squeezed(source: str) -> str:
    """The same script in fewer bytes."""
    pieces = _pieces(source)
    short = _short_names(pieces)
    kept: list[str] = []
    gap = ""
    for piece in (short.get(each, each) for each in pieces):
        if _is_gap(piece):
            gap = piece
            continue
        if gap and kept:
            kept.append(_needed(kept[-1], gap, piece))
        kept.append(piece)
        gap = ""
    return _joined([each for each in kept if each])


def _is_gap(piece: str) -> bool:
    return piece[0].isspace() or piece.startswith(("//", "/*"))


def _needed(before: str, gap: str, after: str) -> str:
    """What has to stand between two pieces: a new line, a blank or nothing."""
    if "\n" in gap and MAY_END.search(before) and MAY_BEGIN.match(after):
        return "\n"
    if WORD.match(before[-1]) and WORD.match(after):
        return " "
    # `a + +b` is no `a++b`, and a pattern after a division no comment.
    return " " if before[-1] == after[0] and after[0] in "+-/" else ""


def _joined(pieces: list[str]) -> str:
    """A long text is written in several lines; the last semicolon of a block is for people."""
    kept = [" "]
    for piece, after in zip(pieces, [*pieces[1:], " "], strict=True):
        if piece[0] == '"' and _is_added(kept, after):
            kept.pop()
            kept[-1] = kept[-1][:-1] + piece[1:]
        elif piece == "}" and kept[-1] == ";" and kept[-2] != ")":
            kept[-1] = piece
        else:
            kept.append(piece)
    return "".join(kept[1:])


def _is_added(kept: list[str], after: str) -> bool:
    """Whether the text that comes only goes on with the one before."""
    if kept[-1] != "+" or kept[-2][0] != '"':
        return False
    return kept[-3] in FREE_BEFORE and after[0] in FREE_AFTER


def _pieces(source: str) -> list[str]:
    """All of the source, gaps and comments too. Raises ValueError where it cannot be read."""
    return [piece for piece, _ in _read(source, 0)]


def _read(source: str, at: int) -> Iterator[tuple[str, int]]:
    """Each piece and where it ends."""
    last = ";"
    opened: list[str] = []
    while at < len(source):
        end = _template_end(source, at) if source[at] == "`" else _piece_end(source, at, last)
        piece = source[at:end]
        yield piece, end
        at = end
        if _is_gap(piece):
            continue
        if piece == "(":
            opened.append(last)
        if piece == ")" and opened and opened.pop() in CONTROLS:
            # What follows is a statement.
            last = ";"
        else:
            last = "name" if last == "." else piece


def _piece_end(source: str, at: int, last: str) -> int:
    match = TOKEN.match(source, at)
    if match is None or match[0] in {'"', "'"}:
        raise ValueError(f"a text has no end: {source[at : at + 40]!r}")
    if match.lastgroup != "pattern":
        return match.end()
    if last == "}":
        raise ValueError(f"a division or a pattern: {source[at : at + 40]!r}")
    divides = VALUE_ENDS.search(last) and last not in OPERATORS
    return at + 1 if divides else match.end()


def _template_end(source: str, at: int) -> int:
    """Behind the closing backtick; what is in `${}` may hold templates itself."""
    at += 1
    while at < len(source):
        if source[at] == "`":
            return at + 1
        if source.startswith("${", at):
            at = _braces_end(source, at + 2)
        else:
            at += 2 if source[at] == "\\" else 1
    raise ValueError("a template has no end")


def _braces_end(source: str, at: int) -> int:
    depth = 1
    for piece, end in _read(source, at):
        depth += {"{": 1, "}": -1}.get(piece, 0)
        if depth == 0:
            return end
    raise ValueError("a template has no end")


def _short_names(pieces: list[str]) -> dict[str, str]:
    """For what the script declares itself: the same name becomes the same short one everywhere.
    What is a name of a property too stays, and so does what a template speaks of."""
    pieces = [piece for piece in pieces if not _is_gap(piece)]
    around = zip(["", *pieces], pieces, [*pieces[1:], ""], strict=False)
    fixed = {
        word
        for before, word, after in around
        if before == "." or (before in {"{", ","} and after == ":")
    }
    for before, word, after in zip(["", *pieces], pieces, [*pieces[1:], ""], strict=False):
        if WORD.match(word) and (before, after) in SHORTHANDS:
            raise ValueError(f"a property that is named by its value alone: {word}")
    templates = " ".join(piece for piece in pieces if piece[0] == "`")
    fixed.update(re.findall(r"[\w$]+", templates))
    code = " ".join(piece for piece in pieces if WORD.match(piece) or piece in "(),")
    code = re.sub(r" (?=[(),])|(?<=\() ", "", code)
    declared = set(re.findall(r"\w+", " ".join(map(" ".join, DECLARED.findall(code)))))
    own = Counter(piece for piece in pieces if piece in declared - fixed)
    free = (name for name in NAMES if name not in pieces and name not in fixed)
    return dict(zip((name for name, _ in own.most_common()), free, strict=False))
