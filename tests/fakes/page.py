"""The front page: what arrived, newest first, for people who try the product offline."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from .readable import readable
from .records import Call
from .wire import Request

if TYPE_CHECKING:
    from .letters import Letter
    from .vendors import FakeVendors

# Enough to look back on; a benchmark may have brought a hundred thousand.
SHOWN = 100
REFRESH_SECONDS = 4
ADDRESS = r"https?://[^\s<>\"'()（），。]+"
LINK = re.compile(rf"\[(?P<label>[^\]\n]+)\]\((?P<address>{ADDRESS})\)|{ADDRESS}")

WORDS = {
    "zh": {
        "title": "模拟通知平台",
        "lead": "发往企业微信、钉钉、飞书、邮箱和自定义接口的通知会出现在这里。"
        "没有任何内容离开本机。",
        "wecom": "企业微信",
        "wecom_app": "企业微信应用",
        "wecom_app.token": "企业微信应用 · 取令牌",
        "wecom_app.recall": "企业微信应用 · 撤回",
        "wecom_app.agent": "企业微信应用 · 查询",
        "dingtalk": "钉钉",
        "feishu": "飞书",
        "hook": "自定义接口",
        "email": "邮件",
        "": "未知地址",
        "addresses": "可用的地址",
        "received": "收到的通知",
        "none": "还没有收到任何通知。",
        "ok": "已接收",
        "refused": "已拒绝",
        "mentions": "提醒",
        "links": "链接",
        "raw": "原始内容",
        "pause": "暂停刷新",
        "resume": "继续刷新",
        "mailbox": "打开模拟邮箱，以访客的身份回信",
    },
    "en": {
        "title": "Fake notification services",
        "lead": "What is sent to WeCom, DingTalk, Feishu, e-mail and custom webhooks appears here. "
        "Nothing leaves this machine.",
        "wecom": "WeCom",
        "wecom_app": "WeCom app",
        "wecom_app.token": "WeCom app · token",
        "wecom_app.recall": "WeCom app · recall",
        "wecom_app.agent": "WeCom app · look",
        "dingtalk": "DingTalk",
        "feishu": "Feishu",
        "hook": "Custom webhook",
        "email": "E-mail",
        "": "Unknown address",
        "addresses": "Addresses",
        "received": "Received",
        "none": "Nothing has arrived yet.",
        "ok": "accepted",
        "refused": "refused",
        "mentions": "Mentions",
        "links": "Links",
        "raw": "As sent",
        "pause": "Pause",
        "resume": "Resume",
        "mailbox": "Open the fake mailboxes and answer as a visitor",
    },
}

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --good: #18794e; --bad: #cd2b31 }
@media (prefers-color-scheme: dark) { :root { --good: #4cc38a; --bad: #ff8589 } }
body { font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif;
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0 }
dd { margin: 0; overflow-wrap: anywhere }
code, pre { font: .875rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem;
  margin: .75rem 0 }
header { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline }
.ok { color: var(--good) } .refused { color: var(--bad) } time { margin-left: auto }
.words { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0 }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); padding: .5rem;
  border-radius: .25rem }
"""


class Entry(NamedTuple):
    """A call or a letter, ready to be shown."""

    wall: float
    kind: str
    name: str
    ok: bool
    verdict: str
    words: str
    facts: list[tuple[str, str]]
    raw: str


def front_page(fakes: FakeVendors, request: Request) -> str:
    lang, words = words_of(request, WORDS)
    held = request.parameter("hold") is not None
    refresh = "" if held else f'<meta http-equiv="refresh" content="{REFRESH_SECONDS}">'
    target, label = ("/", words["resume"]) if held else ("/?hold", words["pause"])
    mailbox = f"<p><a href='/mailbox'>{words['mailbox']}</a></p>" if fakes.post else ""
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">{refresh}'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{words['title']}</title><style>{STYLE}</style></head><body>"
        f"<h1>{words['title']}</h1><p>{words['lead']}</p>{mailbox}{_addresses(fakes, words)}"
        f"<h2>{words['received']}</h2><p><a href='{target}'>{label}</a></p>"
        f"<main>{_list(fakes, words)}</main></body></html>"
    )


def words_of(request: Request, words: dict[str, dict[str, str]]) -> tuple[str, dict[str, str]]:
    """(the language's tag, its words) for who asks."""
    english = (request.header("accept-language") or "").lower().startswith("en")
    return ("en", words["en"]) if english else ("zh-CN", words["zh"])


def _addresses(fakes: FakeVendors, words: dict[str, str]) -> str:
    known = [*fakes.bots, *(("hook", name) for name in fakes.hooks)]
    rows = [(words[vendor], fakes.address(vendor, token)) for vendor, token in known]
    if fakes.mail:
        ports = fakes.mail.ports.items()
        rows += [(f"SMTP {name}", f"{fakes.mail.host}:{port}") for name, port in ports]
    if not rows:
        return ""
    terms = (f"<dt>{escape(a)}</dt><dd><code>{escape(b)}</code></dd>" for a, b in rows)
    return f"<h2>{words['addresses']}</h2><dl>{''.join(terms)}</dl>"


def _list(fakes: FakeVendors, words: dict[str, str]) -> str:
    entries = [_of_call(call) for call in fakes.calls()[-SHOWN:]]
    letters = fakes.mail.attempts[-SHOWN:] if fakes.mail else []
    entries += [_of_letter(letter) for letter in letters]
    entries.sort(key=lambda entry: entry.wall, reverse=True)
    return "".join(_article(entry, words) for entry in entries[:SHOWN]) or f"<p>{words['none']}</p>"


def _of_call(call: Call) -> Entry:
    said = call.answer.decode("utf-8", "replace")[:300]
    verdict = "" if call.ok else f"{call.status or ''} {said}".strip()
    facts = [("mentions", " ".join(call.mentions)), ("links", " ".join(call.links))]
    raw = call.raw.decode("utf-8", "replace")
    words = readable(call.vendor, call.parsed) or raw
    return Entry(call.wall, call.vendor, call.token, call.ok, verdict, words, facts, raw)


def _of_letter(letter: Letter) -> Entry:
    words = f"{letter.subject}\n\n{letter.text or letter.html}"
    verdict = "" if letter.ok else letter.answer
    name = ", ".join(letter.recipients)
    raw = letter.raw.decode("utf-8", "replace")
    return Entry(letter.wall, "email", name, letter.ok, verdict, words, [], raw)


def _article(entry: Entry, words: dict[str, str]) -> str:
    state = "ok" if entry.ok else "refused"
    clock = time.strftime("%H:%M:%S", time.localtime(entry.wall))
    return (
        f"<article><header><strong>{words[entry.kind]}</strong><span>{escape(entry.name)}</span>"
        f'<span class="{state}">{words[state]}</span><time>{clock}</time></header>'
        f'<p class="words">{linked(entry.words)}</p>{"".join(_facts(entry, words))}'
        f"<details><summary>{words['raw']}</summary><pre>{escape(_pretty(entry.raw))}</pre>"
        "</details></article>"
    )


def linked(text: str) -> str:
    """With links that can be followed, as an app shows them."""
    shown, at = "", 0
    for found in LINK.finditer(text):
        url = found["address"] or found[0]
        label = found["label"] or url
        shown += escape(text[at : found.start()])
        shown += f'<a href="{escape(url)}" target="_blank" rel="noreferrer">{escape(label)}</a>'
        at = found.end()
    return shown + escape(text[at:])


def _facts(entry: Entry, words: dict[str, str]) -> Iterator[str]:
    if entry.verdict:
        yield f'<p class="refused"><code>{escape(entry.verdict)}</code></p>'
    for name, value in entry.facts:
        if value:
            yield f"<p>{words[name]}: <code>{linked(value)}</code></p>"


def _pretty(raw: str) -> str:
    try:
        return json.dumps(json.loads(raw), ensure_ascii=False, indent=2)
    except ValueError:
        return raw
