"""The columns that hold what is encrypted: all of them, for whoever changes the secret key."""

from __future__ import annotations

import msgspec
from piccolo.columns import Column

from app.database.names import name_of
from app.keys.place import Place
from app.tables.answers import KeptAnswer
from app.tables.deliveries import Channel
from app.tables.factors import Authenticator
from app.tables.mail_in import MailAttachment, Mailbox, ReceivedMail
from app.tables.people import Agent
from app.tables.single_sign_on import SignInProvider
from app.tables.site import Widget


class Field(msgspec.Struct, frozen=True):
    """`row` is the column that names the row in its place, `organization` the one that says whose
    it is, None for what belongs to an account. `was` is the place as versions before 2 wrote it."""

    column: Column
    row: Column
    organization: Column | None
    was: str

    @property
    def name(self) -> str:
        return f"{self.table}.{name_of(self.column)}"

    @property
    def table(self) -> str:
        return str(self.column._meta.table._meta.tablename)

    def at(self, row: object, organization: object = "") -> Place:
        return Place(
            table=self.table,
            column=name_of(self.column),
            organization=str(organization) if self.organization else "",
            row=str(row),
            was=self.was.format(row),
        )


CHANNEL = Field(Channel.config, Channel.id, Channel.organization, "channel:{}:config")
MAILBOX = Field(Mailbox.secret, Mailbox.id, Mailbox.organization, "mailbox {}")
RECEIVED_MAIL = Field(
    ReceivedMail.original, ReceivedMail.id, ReceivedMail.organization, "received-mail {}"
)
ATTACHMENT = Field(
    MailAttachment.content, MailAttachment.id, MailAttachment.organization, "mail-attachment {}"
)
PROVIDER = Field(
    SignInProvider.secret, SignInProvider.id, SignInProvider.organization, "sign-in-provider {}"
)
HANDLES = Field(Agent.handles, Agent.id, Agent.organization, "agent:{}:handles")
IDENTITY = Field(Widget.identity, Widget.brand, Widget.organization, "widget:{}:identity")
AUTHENTICATOR = Field(Authenticator.secret, Authenticator.account, None, "authenticator:{}:secret")
KEPT_ANSWER = Field(KeptAnswer.answer, KeptAnswer.id, None, "")
FIELDS = (
    CHANNEL,
    MAILBOX,
    RECEIVED_MAIL,
    ATTACHMENT,
    PROVIDER,
    HANDLES,
    IDENTITY,
    AUTHENTICATOR,
    KEPT_ANSWER,
)
"""Not the tokens that platforms lend: they are fetched anew."""


FILES = "visitors' files"


def file(name: str, organization: object) -> Place:
    """Of a file of visitors in the store."""
    return Place(
        table="visitor_file",
        column="content",
        organization=str(organization),
        row=name,
        was=f"file {name}",
    )
