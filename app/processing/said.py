"""Sentences that the record and the statement share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.catalogue import N_, listed, say
from app.erasure.shape import STATUSES, Retention
from app.processing.facts import Facts, Recipient
from app.processing.places import Where

CHECK = N_(
    "Made from the settings as they are. It is a template and no legal advice: complete "
    "what stands in 【】, strike what "
    "does not apply, and have it checked before you use it."
)
WHERE: dict[Where, str] = {
    "own": N_("on our own server"),
    "mainland": N_("in mainland China"),
    "abroad": N_("outside of mainland China"),
    "unknown": N_("【where the server is】"),
}
SHOWS = {
    "all": N_("the message and its contacts"),
    "masked": N_("the message, contacts masked"),
    "link": N_("only that there is one, with a link"),
    "events": N_("what happens to it, without contacts and without what was written"),
}
AFTER = {
    "handled": N_("Handled messages: {days} days after they were handled"),
    "pending": N_("Messages that nobody has handled: {days} days after they came"),
    "spam": N_("Spam: {days} days after it came"),
    "trash": N_("What was thrown away: {days} days later"),
}
FOREVER = {
    "handled": N_("Handled messages: until they are erased by hand 【for how long, and why】"),
    "pending": N_("Messages that nobody has handled: until somebody has, or erases them"),
    "spam": N_("Spam: until it is erased by hand 【for how long】"),
    "trash": N_("What was thrown away: until it is erased by hand 【for how long】"),
}
OWN = N_("Handled messages of the category “{category}”: {days} days after they were handled")
OWN_FOREVER = N_("Handled messages of the category “{category}”: until they are erased by hand")
ANONYMISED = N_(
    "Handled messages are anonymised then: who left them and what was written is erased, a "
    "number for statistics stays."
)
BY_VISITORS = {
    "erase": N_("What a visitor erases on the page of their message: at once"),
    "ask": N_("What a visitor asks to erase on the page of their message: once it is checked"),
}
ADDRESS = {
    "full": N_("network address (IP) and, from it, the region"),
    "network": N_("the network that the address (IP) is in, without its last part"),
    "none": "",
}
SHORTENED = N_("network address (IP), after {days} days only its network")
AUTOMATIC = (
    N_("browser and its languages"),
    N_("the page that the message was written on, the page before it, and the time"),
)
MEASURES = (
    N_(
        "Passwords are stored as hashes only; a second factor can be asked of everybody who "
        "signs in."
    ),
    N_(
        "Who may see, answer, export and erase messages depends on roles; every such act is in "
        "an audit log."
    ),
    N_("Keys of platforms and mailboxes, and files of visitors, are stored encrypted."),
    N_(
        "Pictures are drawn anew without the place where they were taken; who they may be shown"
        " to is checked each time."
    ),
    N_("Forms are limited per network and checked for spam."),
    N_(
        "When an older backup is restored, what was erased since is erased again 【keep the list of"
        " `leavemsg erased list` beside the backups】."
    ),
)


def kept(locale: str, retention: Retention) -> Iterator[str]:
    for status in STATUSES:
        days = getattr(retention, status)
        said = AFTER[status] if days else FOREVER[status]
        yield say(locale, said, {"days": str(days)})
    for each in retention.categories:
        facts = {"category": each.category, "days": str(each.days)}
        yield say(locale, OWN if each.days else OWN_FOREVER, facts)
    if retention.how == "anonymise" and (retention.handled or retention.categories):
        yield say(locale, ANONYMISED)
    yield say(locale, BY_VISITORS[retention.by_visitors])


def named(locale: str, one: Recipient) -> str:
    kind = say(locale, one.kind)
    return f"{kind} · {one.name}" if one.name and one.name != kind else kind


def who(locale: str, one: Recipient) -> str:
    company = say(locale, one.runs.company) if one.runs.company else ""
    if one.runs.where == "own":
        return one.host
    return f"{company} ({one.host})" if company and one.host else company or one.host or "【】"


def all_who(locale: str, recipients: Iterable[Recipient]) -> str:
    """In one line, each once."""
    return listed(locale, list(dict.fromkeys(who(locale, each) for each in recipients)))


def where(locale: str, one: Recipient) -> str:
    return say(locale, WHERE[one.runs.where])


def gets(locale: str, one: Recipient) -> str:
    return say(locale, SHOWS[one.shows])


def asked(locale: str, facts: Facts) -> Iterator[str]:
    for each in facts.asked:
        must = N_("{label} (required)") if each.required else N_("{label} (optional)")
        yield say(locale, must, {"label": each.label})
    if facts.takes_files:
        yield say(locale, N_("pictures and files, if the visitor adds them"))


def automatic(locale: str, retention: Retention) -> list[str]:
    days = retention.addresses_days if retention.addresses == "full" else None
    address = SHORTENED if days else ADDRESS[retention.addresses]
    found = [say(locale, address, {"days": str(days)})] if address else []
    return [*found, *(say(locale, each) for each in AUTOMATIC)]


def measures(locale: str, facts: Facts) -> list[str]:
    secured = N_("The connection is encrypted (https).")
    open_line = N_("【The connection is not encrypted yet: set up https.】")
    first = secured if facts.is_encrypted else open_line
    return [say(locale, each) for each in (first, *MEASURES)]
