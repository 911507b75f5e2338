"""The mail that answers a visitor, as it is written."""

from __future__ import annotations

from email.headerregistry import Address

from app.channels.email import replies
from app.channels.sender import Reply

SAID = Reply(
    to="li@firm.com",
    reference="LM-8XFTSH",
    shop="小店",
    text="一行\n\n<b>二</b>",
    opening="您好",
    signature="小店客服",
    link="https://desk.example/w/shop/m/1?k=secret",
    message_id="<m.1.2.3@desk.example>",
    references=("<m.1.3@desk.example>", "<m.1.1.3@desk.example>"),
)
SENDER = Address(display_name="小店", addr_spec="desk@shop.example")


def test_it_is_a_persons_answer_in_a_thread() -> None:
    mail = replies.mail(SAID, "zh-CN", sender=SENDER)
    assert mail["subject"] == "Re: 关于您的留言 LM-8XFTSH"
    assert mail["in-reply-to"] == "<m.1.1.3@desk.example>"
    assert mail["references"].split() == list(SAID.references)
    assert "auto-submitted" not in mail
    assert "reply-to" not in mail
    html = mail.get_body(preferencelist=("html",)).get_content()
    assert "&lt;b&gt;二" in html
    assert SAID.link in html


def test_no_header_can_be_smuggled_in_by_what_an_admin_typed() -> None:
    for shop in ("a\r\nBcc: x@y.z", "=?utf-8?q?hi=0D=0ABcc:_x@y.z?=", "\u2028Bcc: x@y.z"):
        sender = Address(display_name=replies.mails.header_text(shop), addr_spec="d@shop.example")
        mail = replies.mail(SAID, "en", sender=sender)
        raw = mail.as_bytes()
        assert b"\nBcc" not in raw
        assert set(map(str.lower, mail.keys())) == {
            *("from", "to", "subject", "date", "message-id", "in-reply-to", "references"),
            *("mime-version", "content-type"),
        }


def test_agents_do_not_see_the_visitors_key() -> None:
    shown = replies.preview(SAID, "en")
    assert "secret" not in shown
    assert "小店客服" in shown
