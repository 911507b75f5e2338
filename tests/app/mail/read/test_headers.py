"""Headers are read however broken they come."""

from __future__ import annotations

from email.parser import BytesParser

from app.mail.read import headers

SUBJECTS = (
    ("=?utf-8?B?5oql5Lu3?=", "报价"),
    ("=?UTF-8?Q?=E6=8A=A5=E4=BB=B7?=", "报价"),
    ("=?gb2312?B?u9i4tKO6sai82w==?=", "回复：报价"),
    ("=?utf-8?B?5oql?=\r\n =?utf-8?B?5Lu3?=", "报价"),
    # One character in two words.
    ("=?utf-8?B?5oql5A==?= =?utf-8?B?u7c=?=", "报价"),
    ("Re: =?utf-8?B?5oql5Lu3?= (2)", "Re: 报价 (2)"),
    ("=?utf-8*zh?B?5oql5Lu3?=", "报价"),
    ("=?utf-8?B?5oql5Lu3", "=?utf-8?B?5oql5Lu3"),
    ("=?x-unknown?Q?abc?=", "abc"),
    ("plain", "plain"),
)
SENDERS = (
    ('"张三" <a@b.cn>', ("a@b.cn", "张三")),
    ("=?utf-8?B?5byg5LiJ?= <A@B.cn>", ("a@b.cn", "张三")),
    ("=?utf-8?B?5bygLOS4iQ==?= <a@b.cn>", ("a@b.cn", "张,三")),
    ("a@b.cn", ("a@b.cn", "")),
    ('"a@b.cn" <a@b.cn>', ("a@b.cn", "")),
    ("张三 <a@b.cn", ("a@b.cn", None)),
    ("=?utf-8?B?5byg5LiJIDxhQGIuY24+?=", ("a@b.cn", None)),
    ("undisclosed-recipients:;", ("", "")),
    ("", ("", "")),
)


def parsed(text: str, encoding: str = "utf-8"):  # type: ignore[no-untyped-def]
    return BytesParser().parsebytes(text.encode(encoding) + b"\r\n\r\nbody")


def test_subjects() -> None:
    for written, shown in SUBJECTS:
        assert headers.text(parsed(f"Subject: {written}"), "subject") == shown


def test_a_subject_that_is_not_encoded() -> None:
    assert headers.text(parsed("Subject: 回复：报价", "gb18030"), "subject") == "回复：报价"
    assert headers.text(parsed("Subject: 回复：报价"), "subject") == "回复：报价"


def test_senders() -> None:
    for written, (address, name) in SENDERS:
        found = headers.address(parsed(f"From: {written}"), "from")
        assert found[0] == address, written
        assert name is None or found[1] == name, written


def test_every_receiver_is_known() -> None:
    mail = parsed('To: a@b.cn, "x, y" <c@d.cn>\r\nCc: E@f.cn\r\nDelivered-To: a+tok@b.cn')
    assert headers.receivers(mail) == ("a@b.cn", "c@d.cn", "e@f.cn", "a+tok@b.cn")


def test_the_nearest_mail_is_named_first() -> None:
    mail = parsed("References: <1@x> <2@x>\r\n <3@x>\r\nIn-Reply-To: <3@x>")
    assert headers.references(mail) == ("3@x", "2@x", "1@x")


def test_ids_in_odd_shapes() -> None:
    for written in ("<1@x>", "1@x", "< 1@x >", "<1@x> (from me)", '"<1@x>"', "<1@x><0@x>"):
        assert headers.references(parsed(f"In-Reply-To: {written}"))[0] == "1@x", written
    assert headers.message_id(parsed("Message-ID:\r\n <1@x>")) == "1@x"
    assert headers.message_id(parsed("Subject: none")) == ""
