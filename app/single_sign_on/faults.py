"""Why a sign-in by a provider came to nothing."""

from __future__ import annotations

import re

from app.errors import Error

CODE = re.compile(r"[A-Za-z0-9_.:-]{1,48}")
AGAIN = "That sign-in has ended or was begun in another browser. Start again."
AWAY = "The provider does not answer. Try again in a minute; if it stays, tell an admin."
MISSET = (
    "The provider did not accept this console. An admin finds the reason under Settings, Sign-in."
)
WRONG = "The provider's answer could not be trusted, so nobody was signed in. Tell an admin."
DENIED = "The sign-in was cancelled at the provider."


class NotSignedIn(Error):
    """`detail` is an English message id for the person, filled from `facts`. `why` is a word for
    the audit and the admin: a code of ours or of the platform's, never what anybody sent."""

    def __init__(self, code: str, detail: str, *, why: str = "", **facts: str) -> None:
        super().__init__(f"{code} {why}".strip())
        self.code = code
        self.detail = detail
        self.why = why
        self.facts = facts


def word(said: object) -> str:
    """A code that came from outside, if it looks like one."""
    text = str(said)
    return text if CODE.fullmatch(text) else "?"


def again(why: str) -> NotSignedIn:
    return NotSignedIn("sign_in_over", AGAIN, why=why)


def away(why: str) -> NotSignedIn:
    return NotSignedIn("provider_away", AWAY, why=why)


def misset(why: str) -> NotSignedIn:
    return NotSignedIn("provider_misset", MISSET, why=why)


def wrong(why: str) -> NotSignedIn:
    return NotSignedIn("provider_wrong", WRONG, why=why)
