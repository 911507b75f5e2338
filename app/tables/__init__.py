"""The rows: columns and defaults, no behaviour. Unique and partial indexes are in the
migrations."""

from __future__ import annotations

from piccolo.table import Table

from app.tables.audit import Audit, AuditHead
from app.tables.base import Organization, new_id
from app.tables.blocks import BlockEntry
from app.tables.deliveries import (
    Attempt,
    Bucket,
    Channel,
    Delivery,
    Dispatch,
    TemplateVersion,
    Trial,
)
from app.tables.factors import (
    Authenticator,
    Passkey,
    RecoveryCode,
    RememberedDevice,
    SpentChallenge,
)
from app.tables.instance import Instance
from app.tables.messages import (
    Event,
    LongAct,
    LongActPart,
    Message,
    Phrase,
    Remark,
    SavedView,
    Tag,
    Tagging,
)
from app.tables.overview import Announcement, DaySum, KeptDays, Report
from app.tables.people import Account, AccountLink, Agent, Session, Token, TokenRequest
from app.tables.rules import MessageRule
from app.tables.search import SearchChange, SearchLeaf, SearchSegment
from app.tables.single_sign_on import LinkedIdentity, SignInProvider
from app.tables.site import Brand, FormVersion, PresenceReport, PresenceRule, Widget, WidgetHost
from app.tables.team import Looker, Mention

__all__ = [
    "ALL",
    "Account",
    "AccountLink",
    "Agent",
    "Announcement",
    "Attempt",
    "Audit",
    "AuditHead",
    "Authenticator",
    "BlockEntry",
    "Brand",
    "Bucket",
    "Channel",
    "DaySum",
    "Delivery",
    "Dispatch",
    "Event",
    "FormVersion",
    "Instance",
    "KeptDays",
    "LinkedIdentity",
    "LongAct",
    "LongActPart",
    "Looker",
    "Mention",
    "Message",
    "MessageRule",
    "Organization",
    "Passkey",
    "Phrase",
    "PresenceReport",
    "PresenceRule",
    "RecoveryCode",
    "Remark",
    "RememberedDevice",
    "Report",
    "SavedView",
    "SearchChange",
    "SearchLeaf",
    "SearchSegment",
    "Session",
    "SignInProvider",
    "SpentChallenge",
    "Tag",
    "Tagging",
    "TemplateVersion",
    "Token",
    "TokenRequest",
    "Trial",
    "Widget",
    "WidgetHost",
    "new_id",
]

ALL: tuple[type[Table], ...] = (
    Organization,
    Account,
    Agent,
    Session,
    AccountLink,
    SignInProvider,
    LinkedIdentity,
    Authenticator,
    RecoveryCode,
    Passkey,
    RememberedDevice,
    SpentChallenge,
    Token,
    TokenRequest,
    Message,
    Tag,
    Tagging,
    Event,
    Remark,
    SavedView,
    LongAct,
    LongActPart,
    Phrase,
    Mention,
    Looker,
    SearchSegment,
    SearchLeaf,
    SearchChange,
    KeptDays,
    DaySum,
    Report,
    Announcement,
    MessageRule,
    BlockEntry,
    Channel,
    Dispatch,
    Delivery,
    Attempt,
    Bucket,
    Trial,
    TemplateVersion,
    Brand,
    FormVersion,
    PresenceRule,
    PresenceReport,
    Widget,
    WidgetHost,
    Audit,
    AuditHead,
    Instance,
)
