"""The page of the visitors' mailboxes: every letter, and a box to answer it."""

from __future__ import annotations

import time
from html import escape
from typing import TYPE_CHECKING

from .page import REFRESH_SECONDS, STYLE, linked, words_of

if TYPE_CHECKING:
    from .letters import Letter
    from .post import Post
    from .wire import Request

PATH = "/mailbox"
SHOWN = 50
MORE_STYLE = """
textarea { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem }
button { font: inherit; padding: .5rem 1rem; margin: .5rem 0 }
.said { border-left: 3px solid var(--line); padding-left: .75rem; white-space: pre-wrap;
  overflow-wrap: anywhere }
"""
WORDS = {
    "zh": {
        "title": "模拟邮箱",
        "lead": "商店发给访客和同事的邮件都在这里，没有任何内容离开本机。"
        "点“回复”，就像收件人在手机上回信一样。",
        "back": "← 收到的通知",
        "none": "还没有邮件。访客留了邮箱，并且有人回复之后，这里就会出现。",
        "to": "收件人",
        "reply": "回复",
        "as": "以 {who} 的身份回复",
        "send": "发送",
        "cancel": "取消",
        "fetched": "已被取走",
        "waits": "等待取走",
        "elsewhere": "回复会直接发到 {where}，不经过这里",
    },
    "en": {
        "title": "Fake mailboxes",
        "lead": "What the shop mails to visitors and colleagues is here; nothing leaves this "
        "machine. Reply answers as whoever received it would on a phone.",
        "back": "← What arrived",
        "none": "No mail yet. It comes once a visitor who left an e-mail address is replied to.",
        "to": "To",
        "reply": "Reply",
        "as": "Reply as {who}",
        "send": "Send",
        "cancel": "Cancel",
        "fetched": "fetched",
        "waits": "not fetched yet",
        "elsewhere": "Answers go straight to {where}, not here",
    },
}


def mailbox_page(post: Post, request: Request) -> str:
    lang, words = words_of(request, WORDS)
    wanted = request.parameter("letter") or ""
    open_one = int(wanted) if wanted.isdecimal() else -1
    # A page that loads itself anew would lose what is being typed.
    refresh = "" if open_one >= 0 else f'<meta http-equiv="refresh" content="{REFRESH_SECONDS}">'
    numbered = [(n, each) for n, each in enumerate(post.letters) if each.ok]
    shown = [
        _article(post, number, letter, words, is_open=number == open_one)
        for number, letter in reversed(numbered[-SHOWN:])
    ]
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">{refresh}'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{words['title']}</title><style>{STYLE}{MORE_STYLE}</style></head><body>"
        f"<h1>{words['title']}</h1><p>{words['lead']}</p><p><a href='/'>{words['back']}</a></p>"
        f"<main>{''.join(shown) or '<p>' + words['none'] + '</p>'}</main></body></html>"
    )


def _article(
    post: Post, number: int, letter: Letter, words: dict[str, str], *, is_open: bool
) -> str:
    clock = time.strftime("%H:%M:%S", time.localtime(letter.wall))
    who = ", ".join(letter.recipients)
    said = "".join(
        f'<p class="said">{escape(text)}<br><small>'
        f"{words['fetched' if uid in post.box.seen else 'waits']}</small></p>"
        for uid, text in post.said.get(number, [])
    )
    return (
        f'<article id="m{number}"><header><strong>{escape(letter.subject)}</strong>'
        f"<span>{words['to']}: {escape(who)}</span><time>{clock}</time></header>"
        f'<p class="words">{linked(letter.text)}</p>{said}'
        f"{_answer(post, number, letter, words, is_open=is_open)}</article>"
    )


def _answer(
    post: Post, number: int, letter: Letter, words: dict[str, str], *, is_open: bool
) -> str:
    if not post.takes(letter):
        where = letter.message["Reply-To"] or letter.message["From"]
        return f"<p><small>{escape(words['elsewhere'].format(where=where))}</small></p>"
    if not is_open:
        return f'<p><a href="{PATH}?letter={number}#m{number}">{words["reply"]}</a></p>'
    label = escape(words["as"].format(who=letter.recipients[0]))
    return (
        f'<form method="post" action="{PATH}"><input type="hidden" name="letter" value="{number}">'
        f'<label>{label}<textarea name="words" rows="4" required autofocus></textarea></label>'
        f'<button>{words["send"]}</button> <a href="{PATH}">{words["cancel"]}</a></form>'
    )
