"""Operations that need nothing but what they are about."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from web.http.operation import Operation, Parameter


class Nothing(Struct, frozen=True, forbid_unknown_fields=True):
    """An empty object."""


def simple(id: str, summary: str, *faults: int, about: Parameter, answer: Any) -> Operation:
    """Its body may be left out; whatever it is about may be missing (404)."""
    return Operation(
        id=id,
        summary=summary,
        scope="messages:write",
        body=Nothing,
        body_required=False,
        answer=answer,
        parameters=(about,),
        faults=(404, *faults),
    )
