"""The outcome of a try: decided here for every kind of channel, and nowhere else.

The first layer that says something decides:

connection  nothing came back                                  `of_connection`
status      HTTP 5xx, 429 and the like: later, whatever the body says
code        a row of the table names it
words       a row without codes finds its words in the message
shape       there is no code that could be read, or one that nobody told us of

A row of a table is a known answer, with its source. Only a row can say that a content will never
pass. Anything else is a trouble of the channel: tried once in the plainest form, then as long as
the schedule lasts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec

from app.channels.sender import Remedy
from app.errors import Outcome, SendError

SLOW = 600.0
"""Seconds between further tries where a platform wants only a few."""
AFTER_SILENCE = 60.0
"""Seconds to wait at least after a timeout or "too many requests"."""
QUOTA_PAUSE = 3600.0
"""Seconds; a daily or monthly quota comes back at some full hour."""

TOO_FAST = ("too fast", "too many", "frequency", "rate limit", "限流", "太快", "频繁", "频率")
USED_UP = ("quota", "over limit", "api调用量", "额度", "次数达到上限")
BUSY = ("system busy", "try again later", "系统繁忙", "系统异常", "稍后再试", "稍后重试")
"""How platforms say it whatever the code: one of these in the message, ignoring case."""

UNKNOWN_HINT = "The platform answered with a code that we do not know: {code} {message}"

UNREADABLE = "unreadable_answer"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a table; the first that matches decides."""

    outcome: Outcome
    hint: str
    source: str
    """Where this is documented or was seen."""
    codes: Collection[int | str] = ()
    """Empty: any code. A platform's own may be text."""
    words: tuple[str, ...] = ()
    """One of them must occur in the message, in any case. Empty: any message."""
    after: tuple[float, ...] = ()
    """Seconds to wait after the first, second, … try; the last one stays."""
    reset_header: str = ""
    """Where the platform says how many seconds to wait."""
    tries: int = 0
    """After so many tries `then` holds, or the next ones wait `SLOW`; 0: no such limit."""
    then: Outcome | None = None
    clock: bool = False
    """A wrong clock looks the same: compare it with the answer's date."""
    remedy: Remedy = ""
    quota: bool = False
    """It comes back after hours or days: announced at once, and waited for."""
    field: str = ""
    """The setting that has to be mended."""
    empty_hint: str = ""
    """What to do when that setting is empty."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """How a platform says yes and no."""

    keys: tuple[tuple[str, str], ...]
    """Names of code and message; the first pair whose code says no decides."""
    rules: tuple[Rule, ...]
    reset_header: str = ""
    """Where the platform's gateway says how many seconds to wait, with or without a code."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of an answer that could be read."""

    code: int | str | None = None
    message: str = ""
    status: int | None = None
    """HTTP's."""
    tries: int = 1
    """How many in a row ended like this."""
    plain: bool = False
    """The plainest form was refused already."""


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """`rule` is None for an answer that is in no table."""

    outcome: Outcome
    hint: str
    after: float | None = None
    remedy: Remedy = ""
    rule: Rule | None = None


def decide(heard: Heard, rules: Iterable[Rule]) -> Decided:
    named = None if heard.code is None else find(rules, heard.code, heard.message)
    later = None if heard.status is None else find(LATER, heard.status, "")
    if later and (named is None or named.outcome not in ("retry", "rate_limited")):
        # Whatever a gateway wrote into the body, the content is not to blame.
        named = later
    if named:
        return Decided(
            outcome=_outcome_of(named, heard.tries),
            hint=named.hint,
            after=_pause(named, heard.tries),
            remedy=_softer(named, heard),
            rule=named,
        )
    return Decided(outcome="retry", hint=UNKNOWN_HINT, remedy="fallback")


def find(rules: Iterable[Rule], code: int | str, message: str) -> Rule | None:
    lowered = message.lower()
    for rule in rules:
        if rule.codes and code not in rule.codes:
            continue
        if not rule.words or any(word in lowered for word in rule.words):
            return rule
    return None


def _outcome_of(rule: Rule, tries: int) -> Outcome:
    if rule.then and tries > rule.tries:
        return rule.then
    return rule.outcome


def _pause(rule: Rule, tries: int) -> float | None:
    if rule.tries and tries > rule.tries:
        return SLOW
    if not rule.after:
        return None
    return rule.after[min(tries, len(rule.after)) - 1]


def _softer(rule: Rule, heard: Heard) -> Remedy:
    """The next softer form: content refused even in the plainest one may pass without the visitor's
    words."""
    if rule.remedy == "fallback" and rule.outcome == "permanent_content" and heard.plain:
        return "neutral"
    return rule.remedy


_CHANGING = "its words; the codes change"
QUOTA_BY_WORDS, _, BUSY_BY_WORDS = BY_WORDS = (
    Rule(
        words=USED_UP,
        outcome="rate_limited",
        hint="The platform says that a quota is used up. What waits is sent when it comes back.",
        source=_CHANGING,
        after=(QUOTA_PAUSE,),
        quota=True,
    ),
    Rule(
        words=TOO_FAST,
        outcome="rate_limited",
        hint="The platform says that we send too fast. What waits is sent afterwards.",
        source=_CHANGING,
        after=(AFTER_SILENCE,),
    ),
    Rule(
        words=BUSY,
        outcome="retry",
        hint="The platform is busy. It is tried again by itself.",
        source=_CHANGING,
        after=(30.0,),
    ),
)
"""The last rows of every platform's table: codes come and go, the words stay."""

HTTP = "RFC 9110"
STATUSES: tuple[Rule, ...] = (
    Rule(
        codes=range(300, 400),
        outcome="retry",
        hint="The address redirects to {location}. Enter that one: redirects are not followed.",
        source=HTTP,
    ),
    Rule(
        codes=(410,),
        outcome="gone",
        hint="The receiver says that this address does not exist any more. Enter a new one.",
        source="Standard Webhooks",
    ),
    Rule(
        codes=(408, 425, 429),
        outcome="retry",
        hint="The receiver asks for a pause. It is tried again by itself.",
        source="RFC 9110, 8470, 6585",
    ),
    Rule(
        codes=(401, 403, 407),
        outcome="permanent_config",
        hint="The receiver does not let us in ({code}). Check token, headers and its address list.",
        source=HTTP,
    ),
    Rule(
        codes=(404,),
        outcome="permanent_config",
        hint="There is nothing at this address. Check it for typing errors.",
        source=HTTP,
    ),
    Rule(
        codes=(400, 405, 406, 411, 413, 414, 415, 422),
        outcome="permanent_content",
        hint="The receiver does not accept this form of message ({code}). "
        "Check method and template.",
        source=HTTP,
        remedy="fallback",
    ),
    Rule(
        codes=(501, 505),
        outcome="retry",
        hint="The receiver does not know this method ({code}). Check it.",
        source=HTTP,
    ),
    Rule(
        codes=range(500, 600),
        outcome="retry",
        hint="The receiver has a trouble of its own ({code}). It is tried again by itself.",
        source=HTTP,
    ),
)
"""What a status means from a custom receiver. From a platform it means less, see `LATER`."""
LATER = tuple(rule for rule in STATUSES if {408, 500, 501} & set(rule.codes))
"""These count whoever answers: platform, proxy or a page for people."""

UNREACHABLE: dict[str, tuple[Outcome, str]] = {
    "dns_failed": ("retry", "The server's name is not found. Check it for typing errors."),
    "address_refused": (
        "permanent_config",
        "The address leads into a private network and was blocked. "
        "The operator can allow that network.",
    ),
    "connect_failed": (
        "retry",
        "No connection to the server. Check address and port; a firewall may be in the way.",
    ),
    "tls_failed": (
        "retry",
        "No secure connection: the server's certificate is not accepted. "
        "It may have expired or be made for another name.",
    ),
    "timeout": ("retry", "The server did not answer in time. It is tried again by itself."),
    "reset": ("retry", "The connection broke off. It is tried again by itself."),
    "bad_answer": ("retry", "What answers there does not speak HTTP. Check address and port."),
    "proxy_failed": (
        "retry",
        "The outbound proxy does not answer. The operator can look at LEAVEMSG_EGRESS_PROXY.",
    ),
    "proxy_refused": (
        "retry",
        "The outbound proxy refuses to connect ({answer}). The operator can let this server "
        "connect to addresses there, and check user and password in LEAVEMSG_EGRESS_PROXY.",
    ),
    "proxy_unfit": (
        "permanent_config",
        "Mail cannot go through an outbound proxy that is itself spoken to by https. The operator "
        "can choose one with http:// or list the mail server in LEAVEMSG_EGRESS_ALLOW.",
    ),
}


def of_connection(
    reason: str, *, written: bool, connected: bool, facts: dict[str, str]
) -> SendError:
    """`written`: the whole request may have arrived, without an answer."""
    outcome, hint = UNREACHABLE[reason]
    said_no = facts.get("status", "") >= "3"
    if written and not said_no and reason in ("timeout", "reset", "bad_answer"):
        outcome = "unknown"
    after = AFTER_SILENCE if reason == "timeout" else None
    return SendError(outcome, reason, hint=hint, facts=facts, after=after, left=connected)
