"""One sign-in at a provider: to it, and back from it."""

from __future__ import annotations

import hmac
import re
import uuid
from collections.abc import Mapping

from msgspec.structs import replace

from app import limits, settings
from app.egress.way import Egress
from app.single_sign_on import faults, pending
from app.single_sign_on.kinds import KINDS
from app.single_sign_on.pending import Pending
from app.single_sign_on.shape import SUBJECT, Back, Begun, Person, Provider
from app.text import clean_line

CODE = re.compile(r"[\x20-\x7e]{1,4096}")
NAMES = ("code", "authCode")
"""DingTalk has a name of its own for it."""


def redirect_uri(provider: uuid.UUID) -> str:
    """Where the provider sends people back to. Each provider has its own address, so an answer of
    one is never taken for another's."""
    return f"{settings.current().base_url}/login/with/{provider}/back"


async def begin(
    egress: Egress,
    provider: Provider,
    *,
    next_page: str,
    lang: str = "",
    session: uuid.UUID | None = None,
) -> tuple[str, str]:
    """Where the browser goes, and what it keeps meanwhile. Raises NotSignedIn."""
    made = pending.issue(provider.uid, next_page=next_page, lang=lang, session=session)
    where = await KINDS[provider.config.kind].address(egress, provider, _begun(made))
    return where, pending.sealed(made)


async def finish(
    egress: Egress, provider: Provider, kept: str, said: Mapping[str, str]
) -> tuple[Pending, Person]:
    """Who came back with what is `said` in the address. Raises NotSignedIn."""
    found = pending.opened(kept)
    if found is None:
        raise faults.again("pending")
    if found.provider != provider.uid:
        raise faults.again("provider")
    state = said.get("state", "").encode(errors="surrogatepass")
    if not hmac.compare_digest(found.state.encode(), state):
        raise faults.again("state")
    if not await limits.returns_first(found.state):
        raise faults.again("used")
    kind = KINDS[provider.config.kind]
    person = await kind.person(egress, provider, _begun(found), _back(said))
    if not SUBJECT.fullmatch(person.subject):
        raise faults.wrong("subject")
    # Shown and stored from here on.
    return found, replace(person, name=clean_line(person.name), email=clean_line(person.email))


def _back(said: Mapping[str, str]) -> Back:
    code = next((said[name] for name in NAMES if said.get(name)), "")
    error = said.get("error", "")
    if error and error not in ("access_denied", "login_required", "consent_required"):
        raise faults.misset(faults.word(error))
    # Platforms leave the code out when somebody cancels.
    if error or not code:
        raise faults.NotSignedIn("sign_in_denied", faults.DENIED, why=faults.word(error or "none"))
    if not CODE.fullmatch(code):
        raise faults.wrong("code")
    return Back(code=code, iss=said.get("iss", ""))


def _begun(made: Pending) -> Begun:
    return Begun(
        redirect_uri=redirect_uri(made.provider),
        state=made.state,
        nonce=made.nonce,
        verifier=made.verifier,
    )
