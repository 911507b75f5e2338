"""The HTML of mails as text, with a mark where a mail program begins what it quotes."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from app.text import clean

QUOTE = "\ue000"
"""A line of its own: from here on it is quoted. Nobody writes this character."""
LONGEST = 300_000
DEEPEST = 8
"""Levels of quotes that are told apart."""

BLOCKS = {
    *("p", "div", "tr", "table", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("blockquote", "pre", "section", "article", "header", "footer", "address", "dl", "dt", "dd"),
    *("center", "form", "fieldset"),
}
SPACED = {"p", "h1", "h2", "h3", "h4", "ul", "ol"}
VOID = {"br", "hr", "img", "wbr"}
TAGS = (
    BLOCKS | VOID | {"span", "a", "b", "i", "u", "em", "strong", "font", "td", "th", "includetail"}
)
KEPT = {"*": {"class", "id", "type", "style", "name"}, "a": {"href"}, "img": {"alt"}}
DROPPED = {"script", "style", "title", "head", "noscript", "svg", "math", "object"}

CLASSES = re.compile(
    r"(?:^|\s)(?:gmail_quote(?:_container)?|gmail_extra|(?:ydp\w{5,12})?yahoo_quoted|moz-cite-prefix|"
    r"iosymail|skiff_quote|"
    r"protonmail_quote|zmail_extra|qmbox|ntes-mailmaster-quote|mailmaster_quote|"
    r"tutanota_quote|front-blockquote|mail-quote-collapse|OutlookMessageHeader|"
    r"x_gmail_quote|quote_original|alimail-quote|mail-editor-reference-message-container|"
    r"lark-mail-quote|history-quote-wrapper|lme-quote|freshdesk_quote|hey_quote)(?:\s|$)",
    re.IGNORECASE,
)
IDS = re.compile(
    r"(?:x_)*(?:divRplyFwdMsg|appendonsend|isReplyContent|OLK_SRC_BODY_SECTION|reply-intro|"
    r"mail-editor-reference-message-container|ms-outlook-mobile-body-separator-line|"
    r"(?:ydp\w{5,12})?yahoo_quoted_\d+|lark-mail-quote-[\w-]{1,60}|reply139content|"
    r"oriMsgHtmlSeperator|isForwardContent|ntes-pcmail-quote|origbody|QuotedContent)",
    re.IGNORECASE,
)
# Outlook, Foxmail and Windows Mail begin the quoted mail with a line above its headers.
RULE = re.compile(
    r"border:\s*none;\s*border-top:\s*(?:solid|1(?:\.0)?pt)\s*[^;]{0,40}(?:solid|pt|px)?[^;]{0,30}",
    re.IGNORECASE,
)
HIDDEN = re.compile(
    r"display:\s*none|font-size:\s*0(?:px|pt)?\s*(?:;|$)|mso-hide:\s*all", re.IGNORECASE
)
OPENED = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE)
UNCLOSED_MAX = 3000
SHORT = re.compile(r"width:\s*[12]?\d?\dpx", re.IGNORECASE)
BLANKS = re.compile(r"[ \t\r\n\f]+")
MANY_LINES = re.compile(r"\n{3,}")


def text_of(html: str) -> str:
    """Never raises. Nothing of a script or style stays, no image is loaded, and a link is its
    words with the address behind them where that says more."""
    html = html[:LONGEST]
    if len(OPENED.findall(html)) - html.count("</") > UNCLOSED_MAX:
        # No mail program's. To clean it takes a time that grows with the square of its depth.
        html = OPENED.sub(" ", html)
    # The library is large, and most mail is plain.
    import nh3

    safe = nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=DROPPED,
        attributes=KEPT,
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel"},
    )
    reader = _Reader()
    reader.feed(safe)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Reads what nh3 has cleaned: every tag that opens closes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.depth = 0
        self.hidden = 0
        self.open: list[tuple[str, bool, bool]] = []
        self.link = ("", 0)
        self.kept = 0

    def text(self) -> str:
        whole = "\n".join(line.rstrip() for line in self.lines)
        return MANY_LINES.sub("\n\n", clean(whole)).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._line()
            return
        if tag == "hr":
            self._block()
            # Outlook's web page and its phones have only the line above the headers; the
            # short one of Foxmail stands above a signature.
            short = SHORT.search(given.get("style", ""))
            self._put("-- " if short else "________________________________")
            self._block()
            return
        if tag in VOID:
            return
        hides = bool(HIDDEN.search(given.get("style", "")))
        self.hidden += hides
        cites = tag == "blockquote" and self.depth < DEEPEST
        if tag in BLOCKS:
            self._block()
        if _quotes(tag, given):
            self._mark()
        self.depth += cites
        self.open.append((tag, hides, cites))
        if tag == "pre":
            self.kept += 1
        if tag == "li":
            self._put("- ")
        if tag in {"td", "th"} and self.lines[-1].strip("> "):
            self._put(" ")
        if tag == "a":
            self.link = (given.get("href", ""), len(self.lines[-1]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.link[0]:
            self._end_link()
        while self.open:
            name, hides, cites = self.open.pop()
            self.hidden -= hides
            if tag == "pre":
                self.kept = max(0, self.kept - 1)
            if name in BLOCKS:
                self._block()
            self.depth -= cites
            if name in SPACED and self.lines[-2:] != ["", ""]:
                self.lines[-1:] = ["> " * self.depth if self.depth else "", ""]
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        if self.kept:
            first, *others = data.split("\n")
            self._put(first)
            for each in others:
                self._line()
                self._put(each)
            return
        shown = BLANKS.sub(" ", data.replace("\xa0", " "))
        if shown == " " and not self.lines[-1].strip("> "):
            return
        self._put(shown.lstrip(" ") if not self.lines[-1].strip("> ") else shown)

    def _put(self, shown: str) -> None:
        if not shown:
            return
        if not self.lines[-1] and self.depth:
            self.lines[-1] = "> " * self.depth
        self.lines[-1] += shown

    def _line(self) -> None:
        if not self.lines[-1] and self.depth:
            self.lines[-1] = "> " * self.depth
        self.lines.append("")

    def _block(self) -> None:
        if self.lines[-1].strip("> "):
            self.lines.append("")
        else:
            self.lines[-1] = ""

    def _mark(self) -> None:
        self._block()
        self.lines[-1:] = [QUOTE, ""]

    def _end_link(self) -> None:
        href, begin = self.link
        self.link = ("", 0)
        shown = self.lines[-1][begin:].strip()
        plain = href.removeprefix("mailto:").removeprefix("tel:")
        if href.startswith("http") and shown and shown not in plain and plain not in shown:
            self._put(f" <{plain}>")


def _quotes(tag: str, given: dict[str, str]) -> bool:
    """Whether a mail program begins what it quotes here."""
    if tag == "includetail":
        return True
    if CLASSES.search(given.get("class", "")) or IDS.fullmatch(given.get("id", "")):
        return True
    if tag == "blockquote" and given.get("type", "").lower() == "cite":
        return True
    if tag == "div" and given.get("name") == "quote":
        return True
    return tag == "div" and bool(RULE.search(given.get("style", "")))
