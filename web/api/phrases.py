"""The team's phrases (canned replies) for programs."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, delete, get, patch, post
from litestar.params import FromPath
from msgspec import UNSET, Meta, Struct, UnsetType

from app.messages import phrases
from app.messages.owned import Who
from app.messages.phrases import VARIABLES, Phrase
from app.reading import objects
from web.api import bearer
from web.api.paging import NextCursor
from web.http import bodies
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming

Written = Annotated[
    str, Meta(description="Filled where it is used: " + ", ".join(f"`{{{v}}}`" for v in VARIABLES))
]
EXAMPLE = {"title": "Shipping", "text": "Hello {name}, we ship within two days. {agent}"}
UID = Parameter("uid", "The phrase.", {"type": "string", "format": "uuid"}, "path")


class NewPhrase(Struct, frozen=True):
    """A phrase of the team to be made."""

    title: str
    text: Written


class PhraseChanges(Struct, frozen=True, kw_only=True):
    """What is left out stays as it is."""

    title: str | UnsetType = UNSET
    text: Written | UnsetType = UNSET


class TeamPhrase(Struct, frozen=True, kw_only=True):
    """What the team writes again and again."""

    uid: str
    title: str
    text: Written

    @classmethod
    def of(cls, phrase: Phrase) -> TeamPhrase:
        return cls(uid=phrase.uid, title=phrase.title, text=phrase.text)


class TeamPhrases(Struct, frozen=True):
    """By title."""

    items: list[TeamPhrase]
    next_cursor: NextCursor = None


LIST = Operation(
    id="listPhrases",
    summary="The team's phrases",
    scope="messages:read",
    answer=TeamPhrases,
)
ADD = Operation(
    id="addPhrase",
    summary="Add a phrase for the team",
    scope="messages:write",
    body=NewPhrase,
    example=EXAMPLE,
    answer=TeamPhrase,
    status=201,
)
CHANGE = Operation(
    id="changePhrase",
    summary="Change the title or the text of a phrase",
    scope="messages:write",
    body=PhraseChanges,
    example={"title": "Delivery"},
    answer=TeamPhrase,
    parameters=(UID,),
    faults=(404,),
)
REMOVE = Operation(
    id="removePhrase",
    summary="Delete a phrase",
    scope="messages:write",
    answer=TeamPhrases,
    answered="Those that are left.",
    parameters=(UID,),
    faults=(404,),
)


@get("/phrases", opt=described(LIST))
async def listed(request: Incoming) -> TeamPhrases:
    return await _all(request)


async def _all(request: Incoming) -> TeamPhrases:
    found = await phrases.of(bearer.of(request).organization, None)
    return TeamPhrases([TeamPhrase.of(each) for each in found])


@post("/phrases", opt=described(ADD))
async def add(request: Incoming) -> TeamPhrase:
    new, who = objects.read(bodies.json_of(request), NewPhrase), _who(request)
    organization = bearer.of(request).organization
    uid = await phrases.add(organization, new.title, new.text, shared=True, who=who)
    return TeamPhrase.of(await phrases.one(organization, uid, who))


@patch("/phrases/{uid:str}", opt=described(CHANGE))
async def change(request: Incoming, uid: FromPath[str]) -> TeamPhrase:
    wanted, who = objects.read(bodies.json_of(request), PhraseChanges), _who(request)
    organization = bearer.of(request).organization
    await phrases.change(
        organization,
        uid,
        who=who,
        title=None if wanted.title is UNSET else wanted.title,
        text=None if wanted.text is UNSET else wanted.text,
    )
    return TeamPhrase.of(await phrases.one(organization, uid, who))


@delete("/phrases/{uid:str}", status_code=200, opt=described(REMOVE))
async def remove(request: Incoming, uid: FromPath[str]) -> TeamPhrases:
    await phrases.remove(bearer.of(request).organization, uid, who=_who(request))
    return await _all(request)


def _who(request: Incoming) -> Who:
    return Who(agent=None, is_admin=True, by=bearer.of(request).name)


router = Router(PREFIX, route_handlers=[listed, add, change, remove])
