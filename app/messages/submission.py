"""What is submitted, and the answer to it."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app.blocks.match import Caught
from app.erasure.shape import stored_address
from app.fields.check import Answers
from app.messages import same
from app.signed.upload import Upload
from app.tables import Organization


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What the server knows about the visit."""

    ip: str = ""
    user_agent: str = ""
    language: str = ""
    page_url: str = ""
    referrer: str = ""
    source: str = "web_chat"
    external_id: str = ""
    """The visitor's id, if the host page signed it rightly."""
    brand: uuid.UUID | None = None
    """None for the organization's first."""


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """The first answer to a submission, whatever became of it since. The status is "pending", or
    "repeat" with the `reference` of the first; `duplicate` says that it is a repeat. A message that
    is set aside is answered as usual, so that spammers learn nothing."""

    uid: str
    reference: str
    status: str
    duplicate: bool
    created_at: dt.datetime


class Submission(msgspec.Struct, frozen=True):
    id: str
    answers: Answers
    visit: Visit
    fingerprint: str
    spam: str
    block: Caught | None = None
    files: tuple[Upload, ...] = ()


def submitted(
    org: Organization,
    answers: Answers,
    visit: Visit,
    submission_id: str,
    *,
    spam: str,
    block: Caught | None,
    files: tuple[Upload, ...] = (),
) -> Submission:
    # The same said to two brands is news to both, and so is another picture with the same words.
    said = "\n".join([answers.content, *sorted(each.digest for each in files)])
    mark = same.fingerprint(visit.brand or org.id, said)
    reason = "blocked" if block else spam
    visit = msgspec.structs.replace(visit, ip=stored_address(org, visit.ip))
    return Submission(submission_id, answers, visit, mark, reason, block, files)
