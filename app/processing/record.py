"""The record of processing activities: GDPR, article 30, and PIPL, articles 54 to 56."""

from __future__ import annotations

from collections.abc import Iterator

from app.catalogue import N_, listed, say
from app.processing import said
from app.processing.document import Document, Part
from app.processing.facts import Facts

TITLE = N_("Record of processing activities: messages of website visitors")
WHO = N_("Who is responsible")
WHAT = N_("The processing")
RECIPIENTS = N_("Recipients and processors")
ABROAD = N_("Transfers out of mainland China, or to third countries")
LIMITS = N_("How long it is kept")
MEASURES = N_("Security measures")
CELLS = (said.named, said.who, said.where, said.gets)
REVIEW = N_("Assessment and review")


def record(locale: str, facts: Facts) -> Document:
    def words(text: str, **more: str) -> str:
        return say(locale, text, more)

    titles = [words(N_("Point")), words(N_("Entry"))]
    return Document(
        title=words(TITLE),
        lead=words(said.CHECK),
        parts=[
            Part(title=words(WHO), titles=titles, rows=_who(locale, facts)),
            Part(title=words(WHAT), titles=titles, rows=_what(locale, facts)),
            Part(
                title=words(RECIPIENTS),
                paragraphs=[_server(locale, facts)],
                titles=[
                    words(N_("Recipient")),
                    words(N_("Who runs it")),
                    words(N_("Where")),
                    words(N_("Gets")),
                ],
                rows=[[each_of(locale, one) for each_of in CELLS] for one in facts.recipients],
            ),
            Part(title=words(ABROAD), paragraphs=[*_abroad(locale, facts)]),
            Part(title=words(LIMITS), items=[*said.kept(locale, facts.retention)]),
            Part(title=words(MEASURES), items=said.measures(locale, facts)),
            Part(
                title=words(REVIEW),
                paragraphs=[
                    words(
                        N_(
                            "【Personal information protection impact assessment (PIPL 55) or "
                            "data protection impact assessment (GDPR 35): needed? date, result, "
                            "where it is filed】"
                        )
                    ),
                    words(
                        N_("【Last reviewed on … by …. Review again when the settings change.】")
                    ),
                ],
            ),
        ],
    )


def _who(locale: str, facts: Facts) -> list[list[str]]:
    return [
        [
            say(locale, N_("Controller (personal information processor)")),
            say(locale, N_("{name} 【full name of the company, address】"), {"name": facts.name}),
        ],
        [
            say(locale, N_("Contact for data protection")),
            say(locale, N_("【name, e-mail, phone; data protection officer if there is one】")),
        ],
        [say(locale, N_("Representative in the EU or in China")), say(locale, N_("【if needed】"))],
        [say(locale, N_("Where visitors write")), listed(locale, facts.addresses)],
    ]


def _what(locale: str, facts: Facts) -> list[list[str]]:
    asked = [*said.asked(locale, facts)]
    ticked = listed(locale, facts.consents)
    none = say(locale, N_("no consent is asked for in the form"))
    return [
        [
            say(locale, N_("Purpose")),
            say(locale, N_("To answer what visitors ask, and to keep spam away")),
        ],
        [
            say(locale, N_("Legal basis")),
            say(
                locale,
                N_(
                    "PIPL 13 (1) 1 or 2, GDPR 6 (1) b or f 【choose】; consent: {consent}",
                ),
                {"consent": ticked or none},
            ),
        ],
        [
            say(locale, N_("Whose data")),
            say(locale, N_("Visitors of the website who leave a message; members of the team")),
        ],
        [say(locale, N_("What visitors enter")), listed(locale, asked)],
        [
            say(locale, N_("What comes with it")),
            listed(locale, said.automatic(locale, facts.retention)),
        ],
        [
            say(locale, N_("Sensitive data")),
            say(
                locale,
                N_("None is asked for 【unless a field of the form does: which, and why】"),
            ),
        ],
    ]


def _server(locale: str, facts: Facts) -> str:
    if facts.files_at:
        said = N_(
            "The server with the database stands at 【place, who runs it】; files of visitors lie "
            "at {host} 【place】."
        )
        return say(locale, said, {"host": facts.files_at})
    return say(locale, N_("The server with all data stands at 【place, who runs it】."))


def _abroad(locale: str, facts: Facts) -> Iterator[str]:
    if facts.abroad:
        text = N_(
            "To {names}. Separate consent of visitors (PIPL 39) and a standard contract, "
            "assessment or certificate (PIPL 38); GDPR 44 to 49: 【adequacy decision or standard "
            "contractual clauses】."
        )
        yield say(locale, text, {"names": said.all_who(locale, facts.abroad)})
    if facts.unknown:
        text = N_("【Check where these are: {names}. If abroad, name the basis of the transfer.】")
        yield say(locale, text, {"names": said.all_who(locale, facts.unknown)})
    if not facts.abroad and not facts.unknown:
        none = N_("None by the recipients above, if the server stands in the same country.")
        yield say(locale, none)
