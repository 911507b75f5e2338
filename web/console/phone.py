"""A message on the phone: the code that a camera reads, and the page to print with it."""

from __future__ import annotations

import io

from litestar import Response, get
from litestar.params import FromPath
from markupsafe import Markup

from app import messages, settings
from web.console.auth import AtDesk, console
from web.console.frame import frame
from web.console.inbox_filter import filter_of
from web.console.whole import whole
from web.http import words
from web.http.render import PRIVATE, answer
from web.http.request import Incoming

BORDER = 4
"""Empty squares around the code: cameras need as many."""


@get("/{uid:str}/code.svg")
async def code(desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    row = await messages.one(desk.org.id, uid)
    return Response(
        drawn(address(row.uid)),
        media_type="image/svg+xml",
        headers={"Cache-Control": PRIVATE},
    )


@get("/{uid:str}/paper")
async def paper(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    row = await messages.one(desk.org.id, uid)
    context = {
        **await frame(request, desk),
        "query": filter_of(request).query(),
        "row": row,
        "whole": whole(words.locale_of(request), row, desk.zone),
        "address": address(row.uid),
        # Made of squares and our own address, which is escaped.
        "code": Markup(drawn(address(row.uid))),  # noqa: S704
    }
    return answer(request, "inbox/paper.html", context)


def address(uid: str) -> str:
    return f"{settings.current().base_url}/inbox/{uid}"


def drawn(text: str) -> str:
    """A QR code as SVG without styles, which fills its place; black on white in every theme."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        border=BORDER,
        light="#fff",
        omitsize=True,
        svgclass=None,
        lineclass=None,
    )
    return out.getvalue().decode()


router = console("/inbox", [code, paper])
