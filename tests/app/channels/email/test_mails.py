"""The letter itself: no header but ours, whatever a visitor is called."""

from __future__ import annotations

import email
import email.policy
import json
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any, cast

import pytest
from hypothesis import given

from app.channels.email import Email, mails
from app.channels.wording import Draft
from app.notices.notice import Tap
from tests.app.channels.things import LINK, hostile_texts, made, mailer, notice, parcel
from tests.fakes.letters import ALLOWED_HEADERS

SENDER = Address(display_name="留言通知", addr_spec="desk@example.com")


def letter(**changes: Any) -> EmailMessage:
    """Read back from the bytes, as a mailbox would."""
    sender = cast("Email", made(("email", {})))
    what = parcel(notice(**changes))
    raw = sender.mime(what, SENDER, "admin@example.com")
    return read(raw)


def read(raw: bytes) -> EmailMessage:
    assert raw.isascii()
    return email.message_from_bytes(raw, policy=email.policy.default)


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body
    return str(body.get_content()).replace("\r\n", "\n")


def headers_are_ours(message: EmailMessage) -> bool:
    names = [name.lower() for name in message]
    return set(names) <= ALLOWED_HEADERS and len(names) == len(set(names))


def test_it_has_these_headers() -> None:
    message = letter()

    assert {
        name: str(message[name]) for name in message if name not in ("Date", "Content-Type")
    } == {
        "From": "留言通知 <desk@example.com>",
        "To": "admin@example.com",
        "Reply-To": "张三 <zhangsan@example.com>",
        "Subject": "[留言] LM-7K3F9Q 张三：我想咨询一下产品价格",
        "Message-ID": mails.message_id("0190a5b0", "admin@example.com", "example.com"),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Id": "留言通知 <leavemsg.example.com>",
        "MIME-Version": "1.0",
    }


def test_it_is_text_and_html_of_the_same() -> None:
    message = letter(content="第一行\n<b>&")

    assert message.get_content_type() == "multipart/alternative"
    assert "> 第一行\n> <b>&" in text_of(message)
    assert "第一行<br>\n&lt;b&gt;&amp;</blockquote>" in text_of(message, "html")
    assert f'href="{LINK}"' in text_of(message, "html")


INJECTIONS = [
    "x\r\nBcc: evil@x.y",
    "x\nBcc: evil@x.y",
    "x\rBcc: evil@x.y",
    "x\r\n\r\nbody",
    "x\u2028Bcc: evil@x.y",
    "x\x85Bcc: evil@x.y",
    "x\x0bBcc: evil@x.y",
    "x\x0cBcc: evil@x.y",
    "x\x1cBcc: evil@x.y",
    "x\x00Bcc: evil@x.y",
    "=?utf-8?q?hi=0D=0ABcc:_evil@x.y?=",
    "=?utf-8?b?aGkNCkJjYzogZXZpbEB4Lnk=?=",
    "=?utf-8?q?a?= =?utf-8?q?=0ABcc:_evil@x.y?=",
    "==?utf-8?q?=0D=0ABcc:_evil@x.y?=",
    "=\u200b?utf-8?q?=0D=0ABcc:_evil@x.y?=",
    "=\r\n?utf-8?q?=0D=0ABcc:_evil@x.y?=",
    "lone \ud83d surrogate",
    '", <evil@x.y>, "',
    "evil@x.y, other@x.y",
    "<evil@x.y>",
    "😀" * 3000,
    "长" * 5000,
    "a" * 5000,
    " " * 5000,
]


@pytest.mark.parametrize("payload", INJECTIONS)
@pytest.mark.parametrize("field", ["name", "category", "content", "email"])
def test_nothing_that_is_typed_becomes_a_header(field: str, payload: str) -> None:
    message = letter(**{field: payload})

    assert headers_are_ours(message)
    assert [a.addr_spec for a in message["To"].addresses] == ["admin@example.com"]
    assert len(message["Reply-To"].addresses if message["Reply-To"] else []) <= 1


@pytest.mark.parametrize("payload", INJECTIONS)
def test_nothing_in_a_template_becomes_a_header(payload: str) -> None:
    sender = cast("Email", made(("email", {})))
    what = parcel(template=payload.replace("\n", " ") + "{{visitor.name}}\nbody")

    assert headers_are_ours(read(sender.mime(what, SENDER, "admin@example.com")))


def test_an_encoded_word_does_not_form_across_two_variables() -> None:
    sender = cast("Email", made(("email", {})))
    said = notice(name="=", category="?utf-8?q?hi=0D=0ABcc:_evil@x.y?=")
    what = parcel(said, template="{{visitor.name}}{{message.category}}\nbody")

    message = read(sender.mime(what, SENDER, "admin@example.com"))

    assert headers_are_ours(message)
    assert str(message["Subject"]).startswith("= ?utf-8")


@given(name=hostile_texts, content=hostile_texts, address=hostile_texts)
def test_whatever_is_typed_there_is_one_letter_with_our_headers(
    name: str, content: str, address: str
) -> None:
    assert headers_are_ours(letter(name=name, category=content, content=content, email=address))


@pytest.mark.parametrize(
    ("address", "answered"),
    [
        ("li.si+x@mail.example.com", "li.si+x@mail.example.com"),
        ("user@例子.中国", "user@xn--fsqu00a.xn--fiqs8s"),
        ("用户@example.com", None),
        ("x@[127.0.0.1]", None),
        ('"a\\"b"@example.com', None),
        ("x@localhost", None),
        ("a" * 250 + "@b.co", None),
        ("x@", None),
        ("", None),
    ],
)
def test_only_a_usable_address_is_answered_to(address: str, answered: str | None) -> None:
    header = letter(email=address)["Reply-To"]

    assert (header.addresses[0].addr_spec if header else None) == answered


def test_a_subject_is_short_whatever_it_is_made_of() -> None:
    assert len(mails.subject("👨‍👩‍👧‍👦" * 100)) <= mails.HEADER_CODE_POINTS
    assert mails.subject("长" * 100) == "长" * 59 + "…"


def test_the_html_makes_no_link_and_loads_nothing() -> None:
    page = text_of(
        letter(content='https://evil.example <img src=x> <a href="x">', name="<b>"), "html"
    )

    assert page.count("<a ") == 1
    assert "<img" not in page
    assert "<b>" not in page


def test_the_links_of_each_message_of_a_digest_stand_below_it() -> None:
    def taps(n: int) -> tuple[Tap, ...]:
        return tuple(Tap(act, f"<{act}>", f"https://desk.example/t/{act}{n}") for act in ("a", "b"))

    said = [notice(reference=f"LM-{n}", taps=taps(n), content=f"  a: {LINK}") for n in range(2)]
    sender = cast("Email", made(("email", {})))
    digest = parcel(*said, kind="digest", total=2)
    mail = read(sender.mime(digest, SENDER, "admin@example.com"))
    page = text_of(mail, "html")
    for n in range(2):
        row = " · ".join(
            f'<a href="https://desk.example/t/{act}{n}">&lt;{act}&gt;</a>' for act in ("a", "b")
        )
        assert f"<br>\n{row}" in page
    # Those of the visitor stay text; the button leads to the list.
    assert page.count("<a ") == 5
    assert text_of(mail).count("desk.example/t/") == 4


def test_the_plainest_form_has_no_html() -> None:
    sender = cast("Email", made(("email", {})))

    message = read(sender.mime(parcel(fallback=True), SENDER, "admin@example.com"))

    assert message.get_content_type() == "text/plain"


def test_the_notice_can_be_attached_for_programs() -> None:
    sender = cast("Email", mailer(1, attach_json=True))

    message = read(sender.mime(parcel(), SENDER, "admin@example.com"))

    [attached] = message.iter_attachments()
    assert attached.get_filename() == "leave_message.json"
    assert json.loads(attached.get_content())["visitor"]["name"] == "张三"


def test_a_neutral_letter_answers_to_nobody() -> None:
    sender = cast("Email", mailer(1, attach_json=True))

    raw = sender.mime(parcel(neutral=True), SENDER, "admin@example.com")

    assert read(raw)["Reply-To"] is None
    assert "张三" not in text_of(read(raw))
    assert list(read(raw).iter_attachments()) == []


def test_who_answers_an_addition_answers_the_visitor_too() -> None:
    more = parcel(notice(added=True), kind="more")
    draft = Draft("补充 LM-7K3F9Q", "x")
    written = mails.mail(more, draft, sender=SENDER, recipient="a@example.com")

    assert written["Reply-To"].addresses[0].addr_spec == "zhangsan@example.com"


@pytest.mark.parametrize(
    ("entered", "own"),
    [
        ("ops@mail.corp.local", "ops@mail.corp.local"),
        ("root@localhost", "root@localhost"),
        ("a@shop.TEST", "a@shop.test"),
        ("a@mailhost", "a@mailhost"),
        ("a b@x.local", None),
        ("a@-x.local", None),
        ("a@x..local", None),
        ("a@x.local\nBcc: b@c.example", None),
    ],
)
def test_in_a_network_of_ones_own_names_are_ones_own(entered: str, own: str | None) -> None:
    assert mails.mailbox(entered) == own
    assert mails.mailbox(entered, public=True) is None
