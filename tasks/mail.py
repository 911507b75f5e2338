"""Mailboxes are followed, and mail is settled that whoever took it did not settle."""

from __future__ import annotations

import asyncio
import logging
import uuid

from app.egress import Egress
from app.errors import Unavailable
from app.mail import fetch, settle
from app.mail.imap import MailboxFault
from app.tables import new_id

log = logging.getLogger(__name__)

EVERY_SECONDS = 5.0
AGAIN_SECONDS, AGAIN_LONGEST = 30.0, 600.0
"""After a fault; twice as long after each more. Providers lock out who tries too often."""


async def settle_mail() -> None:
    """Runs until cancelled, even while the database is away."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            while await settle.step():
                pass
        except Unavailable:
            pass  # The reason is logged already.
        except Exception:
            log.exception("mail could not be settled")


async def fetch_mail(egress: Egress) -> None:
    """Runs until cancelled, even while the database is away: a task for each mailbox that is on."""
    holder = new_id()
    running: dict[uuid.UUID, asyncio.Task[None]] = {}
    try:
        while True:
            try:
                for organization, uid in await fetch.enabled():
                    if uid not in running or running[uid].done():
                        work = _follow(egress, organization, uid, holder)
                        running[uid] = asyncio.create_task(work)
            except Unavailable:
                pass  # The reason is logged already.
            except Exception:
                log.exception("mailboxes could not be listed")
            await asyncio.sleep(EVERY_SECONDS)
    finally:
        for task in running.values():
            task.cancel()
        await asyncio.gather(*running.values(), return_exceptions=True)


async def _follow(
    egress: Egress, organization: uuid.UUID, uid: uuid.UUID, holder: uuid.UUID
) -> None:
    """Until it ends; a mailbox that does not work is tried again, ever more seldom."""
    rest = AGAIN_SECONDS
    while True:
        clock = asyncio.get_running_loop()
        began = clock.time()
        try:
            await fetch.follow(egress, organization, uid, holder, wait=fetch.WAIT_SECONDS)
            return
        except MailboxFault as fault:
            log.warning("mail cannot be fetched", extra={"mailbox": str(uid), "why": fault.code})
        except Unavailable:
            # The database, and no provider: the reason is logged already.
            await asyncio.sleep(EVERY_SECONDS)
            continue
        except Exception:
            log.exception("mail could not be fetched")
        rest = AGAIN_SECONDS if clock.time() - began > AGAIN_LONGEST else rest
        await asyncio.sleep(rest)
        rest = min(rest * 2, AGAIN_LONGEST)
