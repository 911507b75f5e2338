"""What visitors are told of their data: PIPL, article 17, and GDPR, article 13."""

from __future__ import annotations

from app.catalogue import N_, listed, say
from app.processing import said
from app.processing.document import Document, Part
from app.processing.facts import Facts

ON_THE_PAGE = (
    N_(
        "see and download all that we keep of your message, on its page (the link is on the "
        "receipt and in our mails)"
    ),
    N_("correct how we can reach you, there as well"),
)
GOES = {
    "erase": N_("withdraw your message or erase it for good, there as well"),
    "ask": N_("withdraw your message or ask to have it erased, there as well"),
}
ELSEWHERE = (
    N_(
        "ask us for the same, or for a copy of everything, object, restrict, or withdraw a "
        "consent: 【e-mail, phone】"
    ),
    N_(
        "complain to the authority: in China the cyberspace administration, in the EU the data "
        "protection authority"
    ),
)


def statement(locale: str, facts: Facts) -> Document:
    def words(text: str, **more: str) -> str:
        return say(locale, text, more)

    return Document(
        title=words(N_("Privacy statement for leaving a message")),
        lead=words(said.CHECK),
        parts=[
            Part(
                title=words(N_("Who we are")),
                paragraphs=[
                    words(
                        N_(
                            "{name} 【full name of the company, address】 is responsible. You "
                            "reach us about your data at 【e-mail, phone】."
                        ),
                        name=facts.name,
                    )
                ],
            ),
            Part(
                title=words(N_("What we take, and what for")),
                paragraphs=[
                    words(
                        N_(
                            "We use what you enter to answer you, and for nothing else. What is "
                            "required is needed for that; without it we cannot answer."
                        )
                    )
                ],
                items=[*said.asked(locale, facts)],
            ),
            _along(locale, facts),
            _basis(locale, facts),
            _given(locale, facts),
            Part(
                title=words(N_("How long we keep it")), items=[*said.kept(locale, facts.retention)]
            ),
            Part(
                title=words(N_("Your rights")),
                paragraphs=[words(N_("You may, at any time and free of charge:"))],
                items=[
                    words(each)
                    for each in (*ON_THE_PAGE, GOES[facts.retention.by_visitors], *ELSEWHERE)
                ],
            ),
            Part(title=words(N_("How we protect it")), items=said.measures(locale, facts)),
            _last(locale),
        ],
    )


def _along(locale: str, facts: Facts) -> Part:
    return Part(
        title=say(locale, N_("What comes with it")),
        paragraphs=[
            say(
                locale,
                N_(
                    "Your browser sends these along. They help us to understand your "
                    "question and to keep spam away."
                ),
            ),
            say(
                locale,
                N_(
                    "We set no cookie for it. What you have typed is kept in your own "
                    "browser until you have sent it."
                ),
            ),
        ],
        items=said.automatic(locale, facts.retention),
    )


def _last(locale: str) -> Part:
    return Part(
        title=say(locale, N_("Children, and changes")),
        paragraphs=[
            say(
                locale,
                N_(
                    "The form is not meant for children under 14; their parents may write "
                    "for them. When we change this text, the new version stands here with "
                    "its date: 【date, version】."
                ),
            )
        ],
    )


def _basis(locale: str, facts: Facts) -> Part:
    by_law = N_(
        "We may because you ask us for something (PIPL 13 (1) 2, GDPR 6 (1) b) and because we "
        "must keep abuse away (GDPR 6 (1) f). 【check】"
    )
    ticked = N_(
        "In the form you also agree to: {consents}. You can withdraw that at any time; what was "
        "done before stays lawful."
    )
    found = [say(locale, by_law)]
    if facts.consents:
        found.append(say(locale, ticked, {"consents": listed(locale, facts.consents)}))
    return Part(title=say(locale, N_("Why we may")), paragraphs=found)


def _given(locale: str, facts: Facts) -> Part:
    own = N_(
        "Our team reads it. So that it learns of your message, these get its contents; they work "
        "for us and may use it for nothing else:"
    )
    nobody = N_("Our team reads it. Nobody else gets it.")
    abroad = N_(
        "{names} are outside of mainland China. We send your data there only with your separate "
        "consent 【ask for it with a consent in the form】, under 【standard contract】."
    )
    paragraphs = [say(locale, own if facts.told else nobody)]
    if facts.abroad:
        paragraphs.append(say(locale, abroad, {"names": said.all_who(locale, facts.abroad)}))
    line = N_("{who}, {where}")
    lines = [
        say(locale, line, {"who": said.who(locale, each), "where": said.where(locale, each)})
        for each in facts.told
    ]
    return Part(
        title=say(locale, N_("Who gets it")),
        paragraphs=paragraphs,
        items=list(dict.fromkeys(lines)),
    )
