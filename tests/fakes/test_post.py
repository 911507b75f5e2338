"""The fake mailboxes: what they send is threaded, and shaped as a phone's mail."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from tests.fakes.imap import FakeImap
from tests.fakes.letters import Letter
from tests.fakes.post import Post, reply
from tests.fakes.sink import Sink
from tests.fakes.wire import Request


def letter(**headers: str) -> Letter:
    message = EmailMessage(policy=SMTP)
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("第一行\n第二行\n")
    return Letter(
        listener="",
        sender="service@shop.example",
        recipients=["zhangsan@example.com"],
        raw=message.as_bytes(),
        tls=False,
        ehlo="",
        auth=None,
        auth_count=0,
        login=None,
        plaintext_auth=False,
        options=[],
        at=0,
        wall=0,
    )


def posted(body: str) -> Request:
    return Request("POST", "/mailbox", "1.1", [], "", 1, body.encode())


def test_an_answer_is_threaded_and_quotes() -> None:
    answered = letter(
        From="茶铺 <service@shop.example>",
        Subject="回复: Re: 报价",
        Message_ID="<2@s>",
        References="<1@s>",
    )
    mail = message_from_bytes(reply(answered, "好的"), policy=SMTP)
    assert (mail["From"], mail["To"]) == ("zhangsan@example.com", "service@shop.example")
    assert mail["Subject"] == "回复：报价"
    assert (mail["In-Reply-To"], mail["References"]) == ("<2@s>", "<1@s> <2@s>")
    text = mail.get_body(("plain",)).get_content()
    assert text.startswith("好的\r\n")
    assert "> 第二行" in text


def test_only_what_comes_to_the_shop_is_answered() -> None:
    office, box = Sink(), FakeImap()
    post = Post(office, box, "service@shop.example")
    office.attempts = [
        letter(From="service@shop.example"),
        letter(From="service@shop.example", Reply_To="service+abc@shop.example"),
        letter(From="service@shop.example", Reply_To="lisi@example.com"),
    ]
    tries = ("letter=0&words=a", "letter=1&words=b", "letter=2&words=c", "letter=9&words=d")
    assert [post.answer(posted(each)) for each in tries] == [True, True, False, False]
    assert not post.answer(posted("letter=0&words=+"))
    assert len(box.mails) == 2
