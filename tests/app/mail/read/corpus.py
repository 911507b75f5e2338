# ruff: noqa: E501  the lines of mails are as long as programs write them
"""Answers as mail programs write them: each program's headers, parts, encodings and way of quoting.

The shapes are those of the programs; names, addresses and words are made up.
"""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable, Iterable, Iterator
from email.header import Header

import msgspec

ROOT = "lm.0193a5c2-7b1e.7f3kq2@shop.example"
"""The id of the mail that all of them answer."""
OURS = "客服 <service@shop.example>"
ASKED = [
    "您好，张先生：",
    "",
    "这款产品的价格是 199 元，三天内发货。",
    "请问您需要几件？",
    "",
    "某某商店",
]
SAID = (
    "好的，我要两件，请发到上海。",
    "谢谢！\n\n价格可以再优惠一点吗？\n我们公司每月要 100 件。",
    "可以。电话 138-0013-8000，上午 9:00-12:00 都在",
    "请看附件里的图片，谢谢您 😀",
    "Thanks, two pieces please.\n\nShip to: 12 High Street, London",
    "Yes.",
    "時間可以改到下週三嗎？謝謝",
    "1. 颜色：蓝色\n2. 数量：5\n3. 收货人：李四",
)


class Letter(msgspec.Struct, frozen=True):
    name: str
    raw: bytes
    said: str


class Shape(msgspec.Struct, frozen=True):
    """How one program answers: what it puts around the words, as text and as HTML."""

    name: str
    plain: Callable[[str], str] | None
    html: Callable[[str], str] | None
    headers: str = ""
    sender: str = "visitor@qq.com"


def lines(said: str, tag: str = "div") -> str:
    blank = "<br>"
    return "".join(f"<{tag}>{line or blank}</{tag}>" for line in said.split("\n"))


def quoted() -> str:
    return "\n".join(f"> {line}".rstrip() for line in ASKED)


ASKED_HTML = "<br>".join(ASKED)
BLOCK = "\n".join(ASKED)
FROM_ZH = "发件人: 客服 <service@shop.example>\n发送时间: 2026年11月30日 10:00\n收件人: 张三 <visitor@qq.com>\n主题: 回复：报价"
FROM_EN = "From: Service <service@shop.example>\nSent: Monday, November 30, 2026 10:00 AM\nTo: Zhang San <visitor@outlook.com>\nSubject: Re: Price"
FROM_TW = "寄件者: 客服 <service@shop.example>\n寄件日期: 2026年11月30日 上午 10:00\n收件者: 张三 <visitor@hinet.net>\n主旨: 回覆: 報價"


def table_html(block: str) -> str:
    rows = []
    for line in block.split("\n"):
        name, _, value = line.partition(":")
        shown = value.replace("<", "&lt;").replace(">", "&gt;")
        rows.append(f"<b>{name}:</b>{shown}")
    return "<br>\n".join(rows)


def outlook_html(block: str) -> Callable[[str], str]:
    return lambda said: (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal '
        "{margin:0cm;} --></style></head><body lang=ZH-CN><div class=WordSection1>"
        + "".join(
            f"<p class=MsoNormal>{line or '&nbsp;'}<o:p></o:p></p>" for line in said.split("\n")
        )
        + "<p class=MsoNormal><o:p>&nbsp;</o:p></p><div><div style='border:none;border-top:solid "
        "#E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal>"
        + table_html(block)
        + f"</p></div></div><p class=MsoNormal>{ASKED_HTML}</p></div></body></html>"
    )


def outlook_web(block: str) -> Callable[[str], str]:
    return lambda said: (
        f'<html><body dir="ltr"><div class="elementToProof">{lines(said)}</div><div id="appendonsend">'
        '</div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" '
        f'dir="ltr"><font face="Calibri">{table_html(block)}</font><div>&nbsp;</div></div>'
        f"<div>{ASKED_HTML}</div></body></html>"
    )


def qq_html(said: str) -> str:
    return (
        '<meta http-equiv="Content-Type" content="text/html; charset=GB18030">'
        + lines(said)
        + '<div><br></div><div><includetail><div>&nbsp;</div><div style="font:Verdana normal 14px;'
        'color:#000;"><div style="FONT-SIZE: 12px;FONT-FAMILY: Arial Narrow;padding:2px 0 2px 0;">'
        '------------------&nbsp;原始邮件&nbsp;------------------</div><div style="FONT-SIZE: 12px;'
        'background:#efefef;padding:8px;"><div><b>发件人:</b>&nbsp;"客服";&lt;service@shop.example&gt;'
        ";</div><div><b>发送时间:</b>&nbsp;2026年11月30日(星期一) 上午10:00</div><div><b>收件人:</b>"
        '&nbsp;"张三"&lt;visitor@qq.com&gt;;<wbr></div><div></div><div><b>主题:</b>&nbsp;回复：报价</div>'
        f"</div><div>&nbsp;</div><div>{ASKED_HTML}</div></div></includetail></div>"
    )


def netease_html(said: str) -> str:
    return (
        '<div style="line-height:1.7;color:#000000;font-size:14px;font-family:Arial">'
        + lines(said)
        + '<br><br><br><div style="position:relative;zoom:1"></div><div id="divNeteaseMailCard">'
        '</div><br><pre>在 2026-11-30 10:00:00，"客服" &lt;service@shop.example&gt; 写道：</pre>'
        '<blockquote id="isReplyContent" style="PADDING-LEFT: 1ex; MARGIN: 0px 0px 0px 0.8ex; '
        f'BORDER-LEFT: #ccc 1px solid">{ASKED_HTML}</blockquote></div>'
    )


def master_html(said: str) -> str:
    return (
        f'<html><body><div>{lines(said)}</div><div><br></div><!-- 签名 --><div><div class="ntes-mailmaster'
        '-quote" style="margin: 5px;"><div style="margin-top:2em;margin-bottom:1em;font-size:14px;">'
        "---- 回复的原邮件 ----</div><table><tbody><tr><td>发件人</td><td>客服&lt;service@shop.example&gt;"
        "</td></tr><tr><td>发送日期</td><td>2026年11月30日 10:00</td></tr><tr><td>收件人</td><td>"
        f"visitor@163.com</td></tr></tbody></table><div>{ASKED_HTML}</div></div></div></body></html>"
    )


def gmail_html(sentence: str) -> Callable[[str], str]:
    shown = sentence.replace("<", "&lt;").replace(">", "&gt;")
    return lambda said: (
        f'<div dir="ltr">{lines(said)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{shown}<br></div><blockquote class="gmail_quote" '
        f'style="margin:0px 0px 0px 0.8ex">{ASKED_HTML}</blockquote></div>'
    )


def apple_html(sentence: str, end: str = "") -> Callable[[str], str]:
    shown = sentence.replace("<", "&lt;").replace(">", "&gt;")
    return lambda said: (
        '<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body '
        f'dir="auto">{lines(said)}<br><div dir="ltr">{end}</div><div dir="ltr"><br><blockquote '
        f'type="cite">{shown}<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">﻿'
        f"{ASKED_HTML}</div></blockquote></body></html>"
    )


def foxmail_html(said: str) -> str:
    return (
        "<html><head><style>body { line-height: 1.5; }</style></head><body>"
        + lines(said)
        + '<div><br></div><hr style="WIDTH: 210px; HEIGHT: 1px" color="#b5c4df" size="1" align="left">'
        '<div><span><div style="MARGIN: 10px"><div>visitor@foxmail.com</div></div></span></div>'
        '<blockquote style="margin-Top: 0px; margin-Bottom: 0px; margin-Left: 0.5em"><div>&nbsp;</div>'
        '<div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"><div style='
        '"PADDING-RIGHT: 8px; FONT-SIZE: 12px;"><div><b>发件人：</b>&nbsp;客服</div><div><b>发送时间：</b>'
        "&nbsp;2026-11-30&nbsp;10:00</div><div><b>收件人：</b>&nbsp;张三</div><div><b>主题：</b>&nbsp;报价"
        f"</div></div></div><div>{ASKED_HTML}</div></blockquote></body></html>"
    )


def thunderbird_html(said: str) -> str:
    return (
        f'<html><body>{lines(said, "p")}<div class="moz-cite-prefix">On 30/11/2026 10:00, Service wrote:'
        '<br></div><blockquote type="cite" cite="mid:lm@shop.example">'
        f'<pre class="moz-quote-pre">{BLOCK}</pre></blockquote></body></html>'
    )


def above(rest: str, gap: str = "\n\n") -> Callable[[str], str]:
    return lambda said: f"{said}{gap}{rest}\n"


def below(head: str) -> Callable[[str], str]:
    return lambda said: f"{head}\n{quoted()}\n\n{said}\n"


GMAIL_ZH = "客服 <service@shop.example> 于2026年11月30日周一 10:00写道："
GMAIL_EN = "On Mon, Nov 30, 2026 at 10:00 AM Service <service@shop.example> wrote:"
GMAIL_TW = "客服 <service@shop.example> 於 2026年11月30日週一 上午10:00寫道："
APPLE_ZH = "在 2026年11月30日，上午10:00，客服 <service@shop.example> 写道："
APPLE_OLD = "> 在 2026年11月30日，10:00，客服 <service@shop.example> 写道："
APPLE_EN = "On Nov 30, 2026, at 10:00, Service <service@shop.example> wrote:"
WRAPPED = "On Mon, Nov 30, 2026 at 10:00 AM Service of the Shop With a Long Name\n<service@shop.example> wrote:"
NETEASE = 'At 2026-11-30 10:00:00, "客服" <service@shop.example> wrote:'
NETEASE_ZH = '在 2026-11-30 10:00:00，"客服" <service@shop.example> 写道：'
QQ_PLAIN = (
    "------------------&nbsp;原始邮件&nbsp;------------------\n".replace("&nbsp;", " ")
    + '发件人: "客服";<service@shop.example>;\n发送时间: 2026年11月30日(星期一) 上午10:00\n'
    '收件人: "张三"<visitor@qq.com>;\n\n主题: 回复：报价\n\n' + BLOCK
)
MASTER = (
    "---- 回复的原邮件 ----\n| 发件人 | 客服<service@shop.example> |\n| 发送日期 | 2026年11月30日 10:00 |\n"
    "| 收件人 | visitor@163.com |\n| 主题 | 报价 |\n" + BLOCK
)
RULE = "_" * 32

SHAPES = (
    Shape(
        "outlook zh",
        above(f"{FROM_ZH}\n\n{BLOCK}"),
        outlook_html(FROM_ZH),
        "X-Mailer: Microsoft Outlook 16.0",
    ),
    Shape(
        "outlook en",
        above(f"{FROM_EN}\n\n{BLOCK}"),
        outlook_html(FROM_EN),
        "X-Mailer: Microsoft Outlook 16.0",
    ),
    Shape("outlook tw", above(f"{FROM_TW}\n\n{BLOCK}"), outlook_html(FROM_TW)),
    Shape("outlook original", above(f"-----Original Message-----\n{FROM_EN}\n\n{BLOCK}"), None),
    Shape("outlook 邮件原件", above(f"-----邮件原件-----\n{FROM_ZH}\n\n{BLOCK}"), None),
    Shape("outlook web zh", above(f"{RULE}\n{FROM_ZH}\n\n{BLOCK}"), outlook_web(FROM_ZH)),
    Shape("outlook web en", None, outlook_web(FROM_EN)),
    Shape(
        "outlook ios",
        above(f"获取 Outlook for iOS<https://aka.ms/o0ukef>\n{RULE}\n{FROM_ZH}\n\n{BLOCK}"),
        None,
    ),
    Shape(
        "outlook android",
        above(f"Get Outlook for Android<https://aka.ms/AAb9ysg>\n\n{RULE}\n{FROM_EN}\n\n{BLOCK}"),
        None,
    ),
    Shape("qq", above(QQ_PLAIN), qq_html, "X-QQ-mid: webmail1\nX-Mailer: QQMail 2.x"),
    Shape("qq html only", None, qq_html, "X-Mailer: QQMail 2.x"),
    Shape("qq phone", above("发自我的iPhone\n\n\n" + QQ_PLAIN), None),
    Shape(
        "163",
        above(f"{NETEASE_ZH}\n{BLOCK}", "\n\n\n\n\n"),
        netease_html,
        "X-Mailer: Coremail Webmail",
    ),
    Shape("163 old", above(f"{NETEASE}\n{quoted()}", "\n\n\n"), None, "X-Mailer: Coremail Webmail"),
    Shape("163 html only", None, netease_html),
    Shape("163 master", above(MASTER), master_html),
    Shape("163 master html", None, master_html),
    Shape(
        "gmail zh",
        above(f"{GMAIL_ZH}\n\n{quoted()}"),
        gmail_html(GMAIL_ZH),
        sender="visitor@gmail.com",
    ),
    Shape(
        "gmail en",
        above(f"{GMAIL_EN}\n\n{quoted()}"),
        gmail_html(GMAIL_EN),
        sender="visitor@gmail.com",
    ),
    Shape("gmail tw", above(f"{GMAIL_TW}\n\n{quoted()}"), gmail_html(GMAIL_TW)),
    Shape("gmail wrapped", above(f"{WRAPPED}\n\n{quoted()}"), None),
    Shape("gmail html only", None, gmail_html(GMAIL_EN)),
    Shape("gmail below", below(GMAIL_EN), None),
    Shape(
        "apple zh",
        above(f"{APPLE_ZH}\n\n{quoted()}"),
        apple_html(APPLE_ZH),
        "X-Mailer: Apple Mail (2.3731)",
    ),
    Shape(
        "apple en",
        above(f"{APPLE_EN}\n\n{quoted()}"),
        apple_html(APPLE_EN),
        "X-Mailer: Apple Mail (2.3731)",
    ),
    Shape(
        "iphone zh",
        above(f"发自我的 iPhone\n\n{APPLE_OLD}\n> \n{quoted()}"),
        apple_html(APPLE_ZH, "发自我的 iPhone"),
        "X-Mailer: iPhone Mail (21A)",
    ),
    Shape(
        "iphone en",
        above(f"Sent from my iPhone\n\n> {APPLE_EN}\n> \n{quoted()}"),
        None,
        "X-Mailer: iPhone Mail (21A)",
    ),
    Shape(
        "foxmail",
        above(f"visitor@foxmail.com\n \n{FROM_ZH}\n{BLOCK}", "\n\n\n\n-- \n"),
        None,
        "X-Mailer: Foxmail 7.2",
    ),
    Shape("foxmail html", None, foxmail_html, "X-Mailer: Foxmail 7.2"),
    Shape("thunderbird", below("On 30/11/2026 10:00, Service wrote:"), None),
    Shape("thunderbird html", None, thunderbird_html),
    Shape("thunderbird zh", above(f"在 2026/11/30 10:00, 客服 写道:\n{quoted()}"), None),
    Shape(
        "android",
        above(f"来自我的华为手机\n-------- 原始邮件 --------\n{FROM_ZH}\n\n{BLOCK}"),
        None,
    ),
    Shape(
        "samsung",
        above(
            f"Sent from my Samsung Galaxy smartphone.\n-------- Original message --------\n{FROM_EN}\n\n{BLOCK}"
        ),
        None,
    ),
    Shape(
        "xiaomi",
        above(
            f"发自我的小米手机\n在 客服 <service@shop.example>，2026年11月30日 上午10:00写道：\n{BLOCK}"
        ),
        None,
    ),
    Shape(
        "alimail",
        above(
            "------------------------------------------------------------------\n发件人：客服 <service@shop.example>\n发送时间：2026年11月30日(星期一) 10:00\n收件人：张三 <visitor@aliyun.com>\n主　题：报价\n\n"
            + BLOCK
        ),
        None,
    ),
    Shape(
        "exmail",
        above(
            "------------------ Original Message ------------------\n"
            + 'From: "客服"<service@shop.example>;\nDate: Mon, Nov 30, 2026 10:00 AM\nTo: "张三"<visitor@qq.com>;\n\nSubject: 报价\n\n'
            + BLOCK
        ),
        None,
    ),
    Shape("139", above(f"----回复的原邮件----\n{FROM_ZH}\n\n{BLOCK}"), None),
    Shape("german", above(f"Am 30.11.2026 um 10:00 schrieb Service:\n{quoted()}"), None),
    Shape(
        "french",
        above(
            f"Le lun. 30 nov. 2026 à 10:00, Service <service@shop.example> a écrit :\n\n{quoted()}"
        ),
        None,
    ),
    Shape(
        "japanese",
        above(f"2026年11月30日(月) 10:00 客服 <service@shop.example>:\n\n{quoted()}"),
        None,
    ),
    Shape("marked line", above(f"-- 请在此行以上回复 --\n\n{BLOCK}"), None),
    Shape("no quote", above("", ""), None),
)
"""As many as there are programs, phones and habits in the table of the issue."""

CHARSETS = (
    ("utf-8", "base64"),
    ("utf-8", "quoted-printable"),
    ("gb18030", "base64"),
    ("gbk", "quoted-printable"),
    ("big5", "base64"),
    ("utf-8", "8bit"),
)


def letters(shapes: Iterable[Shape] = SHAPES) -> Iterator[Letter]:
    """Every shape with several texts, encodings and habits of headers."""
    for number, shape in enumerate(shapes):
        for turn in range(6):
            said = SAID[(number + turn * 3) % len(SAID)]
            charset, how = CHARSETS[(number + turn) % len(CHARSETS)]
            raw = letter(shape, said, charset, how, turn)
            yield Letter(f"{shape.name} / {charset} {how} / {turn}", raw, said)


def letter(shape: Shape, said: str, charset: str, how: str, turn: int) -> bytes:
    bodies = []
    if shape.plain:
        bodies.append(("text/plain", shape.plain(said)))
    if shape.html:
        bodies.append(("text/html", shape.html(said)))
    parts = [_part(kind, body, charset, how) for kind, body in bodies]
    head = _head(shape, charset, turn)
    if len(parts) == 1:
        return head + parts[0]
    mark = b"----=_NextPart_6A2B"
    whole = b'Content-Type: multipart/alternative;\r\n\tboundary="' + mark + b'"\r\n\r\n'
    for part in parts:
        whole += b"--" + mark + b"\r\n" + part + b"\r\n"
    return head + whole + b"--" + mark + b"--\r\n"


def _part(kind: str, body: str, charset: str, how: str) -> bytes:
    try:
        content = body.encode(charset)
    except UnicodeEncodeError:
        charset, content = "utf-8", body.encode()
    content = content.replace(b"\n", b"\r\n")
    if how == "base64":
        content = base64.encodebytes(content).replace(b"\n", b"\r\n")
    elif how == "quoted-printable":
        content = quopri.encodestring(content)
    named = "gb2312" if charset == "gbk" else charset
    return (
        f'Content-Type: {kind}; charset="{named}"\r\nContent-Transfer-Encoding: {how}\r\n\r\n'.encode()
        + content
    )


def _head(shape: Shape, charset: str, turn: int) -> bytes:
    subject = (
        "回复：报价",
        "Re: 报价 [LM-1024]",
        "答复: Re: 回复：关于报价的问题，请尽快回复一下谢谢，这是一个很长的标题",
    )[turn % 3]
    name = "张三"
    try:
        subject.encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
    if turn == 5:
        # Not encoded at all, as old programs do.
        shown, sender = subject.encode("gb18030"), name.encode("gb18030")
    else:
        shown = Header(subject, charset, header_name="Subject").encode(linesep="\r\n").encode()
        sender = Header(name, "utf-8").encode().encode()
    answered = (
        f"In-Reply-To: <{ROOT}>\r\nReferences: <{ROOT}>",
        f"References: <other@elsewhere.example>\r\n <{ROOT}>",
        f"In-Reply-To: {ROOT}",
        f"in-reply-to:\r\n\t<{ROOT}>",
        f"In-Reply-To: <{ROOT}> from service at Mon, 30 Nov",
        f"References: <first@shop.example><{ROOT}>",
    )[turn]
    more = shape.headers.replace("\n", "\r\n") + "\r\n" if shape.headers else ""
    return (
        b"Received: from mx.example (1.2.3.4) by mail.shop.example; Mon, 30 Nov 2026 10:05:00 +0800\r\n"
        + b'From: "'
        + sender
        + b'" <'
        + shape.sender.encode()
        + b">\r\n"
        + b"To: =?utf-8?B?5a6i5pyN?= <service@shop.example>\r\nSubject: "
        + shown
        + b"\r\n"
        + f"Message-ID: <{turn}.{len(shape.name)}@client.example>\r\n{answered}\r\n{more}".encode()
        + b"Date: Mon, 30 Nov 2026 10:04:58 +0800\r\nMIME-Version: 1.0\r\n"
    )
