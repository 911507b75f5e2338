"""What mail providers post to: an address for each mailbox, which has its own secret.

Beside the API and its tokens: providers know no headers that one could choose.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
import weakref

from litestar import Router, post
from litestar.params import FromPath
from msgspec import Struct

from app.errors import Invalid, NotFound
from app.mail.posted import proven, take
from app.mail.posted.proven import NotProven
from app.mail.posted.providers import PATH
from web.http import bodies
from web.http.faults import Refused
from web.http.request import Incoming
from web.http.words import N_

BODY_LIMIT = 96 * 1024 * 1024
"""Bytes: a mail of 35 MB, raw and once more in base64, as Postmark sends it."""
READ_AT_ONCE = 8
"""So many bodies at once are in memory before they are taken apart; others wait."""
UNKNOWN_AT_ONCE = 2
"""So many of them for one mailbox whose sender is not known yet: who sends slowly holds up no other
mailbox."""
CHALLENGE = 'Basic realm="leavemsg", charset="UTF-8"'
DETAILS = {
    "not_signed": N_("Send the secret of this address as password, or sign what you send."),
    "wrong_signature": N_("The password or the signature is wrong."),
    "old_signature": N_("The signature is too old, or a clock is wrong."),
}
OFF = N_("This address is switched off. Try again later.")
LATER = {"Retry-After": "600"}
_known, _unknown = asyncio.Semaphore(READ_AT_ONCE), asyncio.Semaphore(READ_AT_ONCE)
_of_mailbox: weakref.WeakValueDictionary[uuid.UUID, asyncio.Semaphore] = (
    weakref.WeakValueDictionary()
)


class Taken(Struct, frozen=True):
    """`uid` is the mail's; None when Amazon only asked whether we want any."""

    uid: uuid.UUID | None


@post(["/", "/mime"], status_code=200)
async def deliver(request: Incoming, mailbox: FromPath[str]) -> Taken:
    """Mailgun sends the raw mail only where the address ends in `mime`, and takes only 200 for a
    yes."""
    to = await take.box(mailbox)
    if to is None:
        raise NotFound
    if to.listed.is_off:
        raise Refused(503, "switched_off", OFF, headers=LATER)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        room = _known if proven.before_body(to, headers) else _unknown
        own = _of_mailbox.setdefault(to.listed.uid, asyncio.Semaphore(UNKNOWN_AT_ONCE))
        egress, kind = request.app.state.egress, headers.get("content-type", "")
        async with contextlib.nullcontext() if room is _known else own, room:
            body = await bodies.received(request, bodies.RECEIVE_RAW_SECONDS)
            return Taken(await take.take(to, headers, kind, body, egress))
    except NotProven as error:
        await take.refused(to, error)
        # Some send their password only once they are asked for one.
        raise Refused(
            401, error.code, DETAILS[error.code], headers={"WWW-Authenticate": CHALLENGE}
        ) from None
    except Invalid as error:
        await take.refused(to, error)
        raise


router = Router(PATH + "/{mailbox:str}", route_handlers=[deliver], request_max_body_size=BODY_LIMIT)
