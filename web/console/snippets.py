"""Code to paste into host pages, for each kind of site."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from app.ready_lines import tag
from web.http import words
from web.http.words import N_
from web.visitor import script


class Snippet(msgspec.Struct, frozen=True):
    """`code` is pairs of a sentence and what to paste."""

    id: str
    title: str
    parts: tuple[tuple[str, str], ...]


LINK_TEXT = N_("Leave us a message")


def all_of(base: str, slug: str, locale: str, *, backup: str = "") -> list[Snippet]:
    """In the order of their tabs. `backup` is another address of the product, if there is one."""

    def say(text: str) -> str:
        return words.say(locale, text)

    return [
        Snippet("plain", say(N_("Plain site")), _plain(base, slug, say, backup)),
        Snippet("csp", say(N_("Strict CSP")), _strict(base, slug, say, backup)),
        Snippet("wordpress", "WordPress", _wordpress(base, slug, say, backup)),
        Snippet("vue", "Vue · React", _application(base, slug, say, backup)),
        Snippet("form", say(N_("A form of your own")), _own_form(base, slug, say)),
        Snippet("mini", say(N_("Mini program")), _mini(base, slug, say)),
    ]


def link(base: str, slug: str, text: str) -> str:
    return f'<a href="{base}/w/{slug}" data-lm-open>{text}</a>'


Say = Callable[[str], str]
Parts = tuple[tuple[str, str], ...]


def _plain(base: str, slug: str, say: Say, backup: str) -> Parts:
    return (
        (say(N_("Paste this line before </body> on every page.")), tag(base, slug, backup=backup)),
        (
            say(N_("A link of your own opens the form too, and works without JavaScript.")),
            link(base, slug, say(LINK_TEXT)),
        ),
    )


def _strict(base: str, slug: str, say: Say, backup: str) -> Parts:
    path, integrity = script.pinned()
    pin = f'\n  integrity="{integrity}" crossorigin="anonymous"'
    both = f"{base} {backup}".rstrip()
    policy = f"script-src {base}; connect-src {both}; frame-src {both}"
    return (
        (say(N_("Add these sources to the Content-Security-Policy of your site.")), policy),
        (
            say(
                N_(
                    "A fixed version with its hash: nothing changes until you change it. "
                    "It never gets fixes by itself."
                )
            ),
            tag(base, slug, backup=backup, more=pin, path=path),
        ),
    )


def _wordpress(base: str, slug: str, say: Say, backup: str) -> Parts:
    code = (
        f"add_action('wp_footer', function () {{ ?>\n  {tag(base, slug, backup=backup)}\n<?php }});"
    )
    return (
        (
            say(
                N_("Paste this into functions.php of your theme, or the line into a footer plugin.")
            ),
            code,
        ),
    )


def _application(base: str, slug: str, say: Say, backup: str) -> Parts:
    code = "\n".join(
        (
            'const script = document.createElement("script");',
            "script.async = true;",
            f'script.src = "{base}/embed/v1.js";',
            f'script.dataset.lmSite = "{slug}";',
            *([f'script.dataset.lmBackup = "{backup}";'] if backup else []),
            "document.head.append(script);",
        )
    )
    call = (
        "window.LeaveMessage = window.LeaveMessage || function () {\n"
        "  (LeaveMessage.q = LeaveMessage.q || []).push([].slice.call(arguments));\n"
        "};\n"
        'LeaveMessage("setVisitor", { name: user.name, email: user.email });\n'
        'LeaveMessage("on", "submitted", (message) => console.log(message.reference));'
    )
    return (
        (say(N_("Once, where your application starts (main.js, _app.tsx).")), code),
        (say(N_("Calls may come before the script: they wait for it.")), call),
    )


def _own_form(base: str, slug: str, say: Say) -> Parts:
    message = say(N_("Your message"))
    code = "\n".join(
        (
            f'<form action="{base}/f/{slug}" method="post">',
            f'  <input name="name" placeholder="{say(N_("Your name"))}">',
            f'  <input name="phone" placeholder="{say(N_("Phone"))}" required>',
            f'  <textarea name="message" placeholder="{message}" required></textarea>',
            '  <input name="_gotcha" style="display:none" tabindex="-1" autocomplete="off">',
            '  <input type="hidden" name="_next" value="/thanks.html">',
            f"  <button>{say(N_('Send'))}</button>",
            "</form>",
        )
    )
    return (
        (
            say(
                N_(
                    "A form that your site has already: only its address changes. It keeps its "
                    "fields and needs no script. List the site below."
                )
            ),
            f'action="{base}/f/{slug}" method="post"',
        ),
        (
            say(N_("A whole one to begin with; _next is the page that is shown afterwards.")),
            code,
        ),
    )


def _mini(base: str, slug: str, say: Say) -> Parts:
    return (
        (
            say(
                N_(
                    "Add the host to the business domains of the mini program, "
                    "then show the form as a page."
                )
            ),
            f'<web-view src="{base}/w/{slug}"></web-view>',
        ),
        (say(N_("In WeChat and as a QR code, use the address alone.")), f"{base}/w/{slug}"),
    )
