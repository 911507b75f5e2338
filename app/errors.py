"""The errors of the product, one tree.

Error
├─ Invalid        what was given cannot be used; `.problems` names every fault       422
├─ NotFound       not there, or not yours                                            404
├─ Conflict       the thing has changed meanwhile, or the key was used for another   409
├─ Gone           what is asked for is not kept any more                             410
├─ TooMany        too fast; `.after` says when to come back                          429
├─ Unavailable    the database is away; nothing was stored, or nobody knows          503
├─ Misconfigured  a setting stops the start; `.faults` has a line for each           exit 78
└─ SendError      a channel did not take what was sent                               never HTTP

Texts are English message ids, translated where they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One fault of an input.

    `pointer` is a JSON pointer into the input ("/visitor/phone", "/notifications/0/webhook_url");
    `detail` is an English message id with {name} placeholders filled from `facts`.
    """

    pointer: str
    code: str
    detail: str
    facts: dict[str, str] = {}


class Error(Exception):
    """Something went wrong."""


class Invalid(Error):
    """The input cannot be used."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{p.pointer}: {p.code}" for p in problems))
        self.problems = problems

    @classmethod
    def at(cls, pointer: str, code: str, detail: str, **facts: str) -> Invalid:
        return cls([Problem(pointer, code, detail, facts)])

    def below(self, pointer: str) -> list[Problem]:
        """The faults of a part, as those of the whole, in which the part stands at `pointer`."""
        return [msgspec.structs.replace(p, pointer=pointer + p.pointer) for p in self.problems]

    def out_of(self, pointer: str) -> list[Problem]:
        """The faults of a whole, as those of its part at `pointer`."""
        return [
            msgspec.structs.replace(p, pointer=p.pointer.removeprefix(pointer))
            for p in self.problems
        ]


class NotFound(Error):
    """There is nothing here."""


class Conflict(Error):
    """`code` says what collides; `detail` is the sentence for a person, with places for `facts`."""

    def __init__(
        self,
        code: str,
        detail: str,
        facts: Mapping[str, str] | None = None,
        *,
        after: int | None = None,
    ) -> None:
        """`after` is in how many seconds it may be over."""
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.facts = dict(facts or {})
        self.after = after


class Gone(Error):
    """As `Conflict`, of what was there once."""

    def __init__(self, code: str, detail: str, facts: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.facts = dict(facts or {})


class TooMany(Error):
    """`after` is in whole seconds."""

    def __init__(self, after: int) -> None:
        super().__init__(f"too many, try again in {after} s")
        self.after = after


class Unavailable(Error):
    """Nothing could be stored just now. `reason` is a word for the log and for `/readyz`.

    `unknown`: the connection broke during the commit, so it may be stored or not.
    """

    after = 5

    def __init__(self, text: str = "", *, reason: str = "away", unknown: bool = False) -> None:
        super().__init__(text)
        self.reason = reason
        self.unknown = unknown


class Misconfigured(Error):
    """One line per faulty setting: its name, what is wrong, what to do. Values are never shown."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


Outcome = Literal[
    "retry",  # not accepted, may pass later
    "rate_limited",  # too fast for the platform: its credential pauses, no try is used up
    "unknown",  # written, no trustworthy answer: may have arrived
    "permanent_content",  # this content can never pass
    "permanent_config",  # credential, signature, keyword, address list: the next one fails too
    "gone",  # the robot or the endpoint does not exist any more
]


class SendError(Error):
    """A channel did not take what was sent. Carries no secret: neither text nor cause names a
    URL."""

    def __init__(
        self,
        outcome: Outcome,
        code: str,
        message: str = "",
        *,
        hint: str = "",
        facts: dict[str, str] | None = None,
        after: float | None = None,
        http_status: int | None = None,
        response: str = "",
        accepted: list[str] | None = None,
        refused: dict[str, str] | None = None,
        left: bool = True,
        quota: bool = False,
    ) -> None:
        """code the platform's own ("93000", "535") or ours ("timeout", "dns_failed", "http_502")
        message what came back, cleaned, at most 500 characters hint English message id of what a
        person should do, {placeholders} filled from `facts` after seconds that the platform asks to
        wait response the answer's first 2 kB, cleaned of secrets accepted e-mail recipients that
        took it in this try refused e-mail recipients that refused it for good, with the reason left
        False: the connection was never made, so nothing was sent quota True: a used-up quota, which
        comes back after hours or days"""
        super().__init__(f"{outcome} {code} {message}".strip())
        self.outcome = outcome
        self.code = code
        self.message = message
        self.hint = hint
        self.facts: dict[str, Any] = dict(facts or {})
        self.after = after
        self.http_status = http_status
        self.response = response
        self.accepted = list(accepted or [])
        self.refused = dict(refused or {})
        self.left = left
        self.quota = quota
