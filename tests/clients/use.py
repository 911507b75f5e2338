"""A program that somebody else writes: it knows the generated client, and nothing of ours."""

from __future__ import annotations

import datetime as dt
import io
import os
import sys
import uuid

from leavemsg_client import AuthenticatedClient, Client
from leavemsg_client.api.channels import add_channel, change_channel, list_channels
from leavemsg_client.api.config import get_configuration, replace_configuration
from leavemsg_client.api.health import is_ready
from leavemsg_client.api.mail import deliver_mail
from leavemsg_client.api.messages import (
    export_messages,
    get_message,
    handle_message,
    leave_message,
    list_messages,
)
from leavemsg_client.api.presence import report_presence
from leavemsg_client.models import (
    ChannelChanges,
    Configuration,
    Custom,
    ExportMessagesFormat,
    Handling,
    Message,
    MessageDetail,
    Messages,
    NewConfiguration,
    NewContent,
    NewMessage,
    NewVisitor,
    PresenceReport,
    ProblemDetails,
    Readiness,
    Receipt,
)
from leavemsg_client.types import File

URL = os.environ["LEAVEMSG_URL"]
visitor = Client(base_url=URL, headers={"Accept-Language": "en"}, raise_on_unexpected_status=True)
program = AuthenticatedClient(
    base_url=URL, token=os.environ["LEAVEMSG_TOKEN"], raise_on_unexpected_status=True
)


def leave(text: str, key: str) -> str:
    body = NewMessage(visitor=NewVisitor(phone="13800138000"), message=NewContent(content=text))
    made = leave_message.sync_detailed(client=visitor, body=body, idempotency_key=key)
    assert isinstance(made.parsed, Receipt), made
    assert made.status_code == 201
    return made.parsed.uid


def messages() -> None:
    keys = [uuid.uuid4().hex for _ in range(3)]
    left = [leave(f"Price of {number}? {key}", key) for number, key in enumerate(keys)]
    again = leave(f"Price of 2? {keys[2]}", keys[2])
    assert again == left[2]
    assert len({*left}) == 3

    first = list_messages.sync(client=program, limit=2)
    assert isinstance(first, Messages), first
    assert [each.uid for each in first.items] == [left[2], left[1]]
    assert isinstance(first.next_cursor, str)
    rest = list_messages.sync(client=program, limit=2, cursor=first.next_cursor)
    assert isinstance(rest, Messages), rest
    assert rest.items[0].uid == left[0]

    assert (dt.datetime.now(dt.UTC) - rest.items[0].created_at).total_seconds() < 600

    read = get_message.sync_detailed(uuid.UUID(left[0]), client=program)
    assert isinstance(read.parsed, MessageDetail), read
    tag = read.headers["etag"]
    same = get_message.sync_detailed(uuid.UUID(left[0]), client=program, if_none_match=tag)
    assert (same.status_code, same.content) == (304, b"")

    how = Handling(outcome="phone", note="Called back")
    done = handle_message.sync(uuid.UUID(left[0]), client=program, body=how, if_match=tag)
    assert isinstance(done, Message), done
    assert (done.status, done.handled_by, done.visitor.phone) == (
        "handled",
        "use.py",
        "13800138000",
    )
    late = handle_message.sync(uuid.UUID(left[0]), client=program, body=how, if_match=tag)
    assert isinstance(late, ProblemDetails), late
    assert (late.status, late.code) == (412, "stale")
    file = export_messages.sync_detailed(client=program, format_=ExportMessagesFormat.JSONL)
    assert file.content.count(b"\n") >= 3


def refusals() -> None:
    wrong = NewMessage(visitor=NewVisitor(phone="abc"), message=NewContent(content=""))
    refused = leave_message.sync(client=visitor, body=wrong)
    assert isinstance(refused, ProblemDetails), refused
    assert (refused.status, refused.code) == (422, "invalid")
    found = {each.pointer: each.code for each in refused.errors or []}
    assert found == {"/message/content": "required", "/visitor/phone": "phone_format"}
    stranger = AuthenticatedClient(base_url=URL, token="lm_" + "x" * 40)
    unknown = list_messages.sync(client=stranger)
    assert isinstance(unknown, ProblemDetails), unknown
    assert unknown.code == "token_invalid"


def settings() -> None:
    """What is left out stays as it is: the client sends nothing that nobody has set."""
    changed = replace_configuration.sync(
        client=program, body=NewConfiguration(rate_limit_per_minute=20)
    )
    assert isinstance(changed, Configuration), changed
    replace_configuration.sync(client=program, body=NewConfiguration(dedup_window_seconds=60))
    now = get_configuration.sync(client=program)
    assert isinstance(now, Configuration), now
    assert (now.rate_limit_per_minute, now.dedup_window_seconds) == (20, 60)

    hook = Custom(type_="custom", name="CRM", webhook_url="http://127.0.0.1:9/crm", enabled=False)
    added = add_channel.sync(client=program, body=hook)
    assert isinstance(added, Custom), added
    assert isinstance(added.uid, uuid.UUID)
    only = ChannelChanges.from_dict({"priority": "high"})
    high = change_channel.sync(added.uid, client=program, body=only)
    assert isinstance(high, Custom), high
    assert (high.name, high.priority, high.enabled) == ("CRM", "high", False)
    listed = list_channels.sync(client=program)
    assert listed is not None
    assert [type(each).__name__ for each in listed.items] == ["Custom"]


def others() -> None:
    public = is_ready.sync(client=visitor)
    assert isinstance(public, Readiness), public
    assert public.database == "ok"
    report_presence.sync(client=program, body=PresenceReport(agents_online=2, ttl=30))
    mail = File(io.BytesIO(b"From: <a@shop.example>\r\nSubject: Hello\r\n\r\nThank you\r\n"))
    came = deliver_mail.sync(client=program, body=mail)
    assert came is not None
    assert came.subject == "Hello", came


messages()
refusals()
settings()
others()
sys.stdout.write("Python: left, listed, paged, handled, refused, configured, as generated\n")
