"""System settings, privacy: the record of processing and the statement for visitors, filled from
the settings as they are, to be read, copied and saved."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.errors import NotFound
from app.languages import LANGUAGES
from app.processing.document import Document, markdown
from app.processing.facts import Facts, gather
from app.processing.record import record
from app.processing.statement import statement
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.frame import frame
from web.http import words
from web.http.download import kept_file
from web.http.render import answer, html
from web.http.request import Incoming

HERE = "/settings/privacy/documents"
KINDS: dict[str, Callable[[str, Facts], Document]] = {"statement": statement, "record": record}
FORMATS = ("md", "html")


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    language = _language(request)
    found = await _documents(desk, language)
    context = {
        **await frame(request, desk),
        "documents": [
            (name, each, markdown(each), [(end, _file(name, language, end)) for end in FORMATS])
            for name, each in found.items()
        ],
        "language": language,
        "languages": [(tag, name, f"{HERE}?in={tag}") for tag, name in LANGUAGES.items()],
    }
    return answer(request, "privacy/documents.html", context)


@get("/{file:str}")
async def save(desk: AtDesk, file: FromPath[str]) -> Response[Any]:
    """Raises NotFound for a name that is none of these."""
    for name, language, ending in itertools.product(KINDS, LANGUAGES, FORMATS):
        if file == _file(name, language, ending):
            document = (await _documents(desk, language))[name]
            return kept_file(file, _written(document, language, ending).encode())
    raise NotFound


async def _documents(desk: Desk, language: str) -> dict[str, Document]:
    facts = await gather(desk.org, language)
    return {name: make(language, facts) for name, make in KINDS.items()}


def _written(document: Document, language: str, ending: str) -> str:
    if ending == "md":
        return markdown(document)
    return html("privacy/document_file.html", language, {"document": document})


def _file(name: str, language: str, ending: str) -> str:
    return f"{name}-{language}.{ending}"


def _language(request: Incoming) -> str:
    """The one that is asked for, else the reader's."""
    asked = request.query_params.get("in", "")
    return asked if asked in LANGUAGES else words.locale_of(request)


router = console(HERE, [page, save], readers=ADMINS, writers=ADMINS)
