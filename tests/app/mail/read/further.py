# ruff: noqa: E501  the lines of mails are as long as programs write them
"""More programs' ways of answering, as mails that are archived in public and the lists of other mail
clients have them: Lark, Proton, Yahoo, Zoho, 139, Sina, GMX, Tuta, Naver, Mail.ru and phones.

`tests.app.mail.read.corpus` puts words, encodings and headers to them as to its own.
"""

from __future__ import annotations

from tests.app.mail.read.corpus import (
    ASKED_HTML,
    BLOCK,
    FROM_EN,
    FROM_ZH,
    Shape,
    above,
    below,
    lines,
    outlook_html,
    quoted,
)

LARK = 'From: "客服"<service@shop.example>\nDate: 2026年11月30日 (周一) 10:00\nSubject: 回复：报价\nTo: "张三"<visitor@shop.cn>'
LARK_ZH = (
    LARK.replace("From", "发件人")
    .replace("Date", "时间")
    .replace("Subject", "主题")
    .replace("To:", "收件人:")
)
SINA = "----- 原始邮件 -----\n发件人：客服 <service@shop.example>\n收件人：visitor@sina.com\n主题：回复：报价\n日期：2026年11月30日 10点00分\n"
HUAWEI = "-------- 原始邮件 --------\n发件人： 客服 <service@shop.example>\n日期： 2026年11月30日周一 上午10:00\n收件人： visitor@huawei.example\n主 题： 回复：报价\n"
QQ_PHONE = '---Original---\nFrom: "客服"<service@shop.example>\nDate: Mon, Nov 30, 2026 10:00 AM\nTo: "张三"<visitor@qq.com>;\nSubject: 回复：报价\n'
QQ_PHONE_ZH = '---原始邮件---\n发件人: "客服"<service@shop.example>\n发送时间: 2026年11月30日(周一) 上午10:00\n收件人: "张三"<visitor@qq.com>;\n主题: 回复：报价\n'
EXMAIL = '------------------ Original ------------------\nFrom: "客服"<service@shop.example>;\nDate: Mon, Nov 30, 2026 10:00 AM\nTo: "张三"<visitor@firm.cn>;\n\nSubject: 回复：报价\n\n'
MAC_ZH = "发件人: 客服 <service@shop.example>\n日期: 星期一, 2026年11月30日 10:00\n收件人: 张三 <visitor@firm.cn>\n主题: 回复：报价"
MAC_EN = "From: Service <service@shop.example>\nDate: Monday, November 30, 2026 at 10:00\nTo: Zhang San <visitor@firm.cn>\nSubject: Re: Price"
PROTON = "On Monday, November 30th, 2026 at 10:00 AM, Service <service@shop.example> wrote:"
YAHOO = "On Monday, November 30, 2026 at 10:00:00 AM GMT+8, Service <service@shop.example> wrote:"
ZOHO = "---- On Mon, 30 Nov 2026 10:00:00 +0800 Service <service@shop.example> wrote ---"
GMX = 'Gesendet: Montag, 30. November 2026 um 10:00 Uhr\nVon: "Service" <service@shop.example>\nAn: visitor@gmx.example\nBetreff: Re: Price'
NAVER = '-----Original Message-----\nFrom: "Service"<service@shop.example>\nTo: <visitor@naver.example>;\nCc:\nSent: 2026-11-30 (월) 10:00:00 (GMT+09:00)\nSubject: Re: Price\n'
MAILRU = "Понедельник, 30 ноября 2026, 10:00 +03:00 от Service <service@shop.example>:"
SPANISH = "El lun, 30 nov 2026 a las 10:00, Service (<service@shop.example>) escribió:"
PORTUGUESE = "Em seg., 30 de nov. de 2026 às 10:00, Service <service@shop.example> escreveu:"
TUTA = "30 Nov 2026, 10:00 by service@shop.example:"


def shown(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def lark_html(said: str) -> str:
    head = "".join(f"<div><span>{shown(line)}</span></div>" for line in LARK_ZH.split("\n"))
    return (
        f'<html><head></head><body><div id="editor_version_1.18.0_Z9" style="word-break:break-word">{lines(said)}</div>'
        '<div class="history-quote-wrapper" id="lark-mail-quote-174850268"><div style="list-style-position:inside"><div '
        'class="adit-html-block adit-html-block--collapsed"><div class="adit-html-block__attr history-quote-meta-wrapper" '
        f'id="lark-mail-quote-meta-KFV">{head}</div><div>{ASKED_HTML}</div></div></div></div></body></html>'
    )


def lark_old_html(said: str) -> str:
    """Before it had a class: the id alone."""
    head = "".join(f"<div>{shown(line)}</div>" for line in LARK.split("\n"))
    return (
        f'<div style="word-break:break-word">{lines(said)}</div><div style="list-style-position:inside" '
        'id="lark-mail-quote-162574974"><div style="margin:12px 0px 0px;padding-left:12px;border-left:0.5px solid '
        f'rgb(187,191,196)" class="adit-html-block ignore-collect">{head}<div>{ASKED_HTML}</div></div></div>'
    )


def proton_html(said: str) -> str:
    return (
        f'<div style="font-family: Arial">{lines(said)}</div><div class="protonmail_signature_block"><div '
        'class="protonmail_signature_block-user protonmail_signature_block-empty"><br></div></div><div class="protonmail_quote">'
        f'{shown(PROTON)}<br><blockquote class="protonmail_quote" type="cite">{ASKED_HTML}</blockquote></div>'
    )


def yahoo_html(said: str) -> str:
    return (
        f'<html><body><div class="ydpdb28840fyahoo-style-wrap" dir="ltr">{lines(said)}<div><br></div></div>'
        '<div id="ydpdb28840fyahoo_quoted_2142999335" class="ydpdb28840fyahoo_quoted"><div style="font-size:13px;">'
        f"<div>{shown(YAHOO)}</div><div><br></div><div>{ASKED_HTML}</div></div></div></body></html>"
    )


def yahoo_phone_html(said: str) -> str:
    return (
        f'{lines(said)}<br><br><p class="yahoo-quoted-begin">{shown(YAHOO)}</p><blockquote class="iosymail">'
        f"<div>{ASKED_HTML}</div></blockquote>"
    )


def zoho_html(said: str) -> str:
    return (
        f'<div style="font-family: Verdana">{lines(said)}<br></div><div class="zmail_extra_hr" style="border-top: 1px solid '
        f'rgb(204, 204, 204)"><br></div><div class="zmail_extra" data-zbluepencil-ignore="true"><br><div>{shown(ZOHO)}</div>'
        f'<br><blockquote id="blockquote_zmail">{ASKED_HTML}</blockquote></div>'
    )


def mail139_html(said: str) -> str:
    return (
        f'<div>{lines(said)}</div><div id="signContainer"></div><div id="reply139content"><hr><b>发件人：</b>客服'
        f"&lt;service@shop.example&gt;<br><b>收件人：</b>张三<br>{ASKED_HTML}</div>"
    )


def gmx_html(said: str) -> str:
    return (
        f'<html><body><div style="font-family: Verdana">{lines(said)}<div>&nbsp;<div name="quote" style="margin:10px 5px 5px '
        f'10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;"><div><b>Gesendet:</b>&nbsp;Montag<br><b>Von:</b>'
        f'&nbsp;Service</div><div name="quoted-content">{ASKED_HTML}</div></div></div></div></body></html>'
    )


def tuta_html(said: str) -> str:
    return (
        f'{lines(said)}<div dir="auto"><br></div><div>{TUTA}<br></div><blockquote class="tutanota_quote" '
        f'style="border-left: 1px solid #93A3B8;">{ASKED_HTML}</blockquote>'
    )


SHAPES = (
    Shape("lark", above(f"{LARK}\n{BLOCK}", "\n"), None),
    Shape("lark zh", above(f"{LARK_ZH}\n{BLOCK}", "\n"), lark_html),
    Shape("lark html only", None, lark_html),
    Shape("lark old html", None, lark_old_html),
    Shape(
        "proton",
        above(
            f"Sent with [Proton Mail](https://proton.me/) secure email.\n\n------- Original Message -------\n{PROTON}\n\n{quoted()}"
        ),
        None,
    ),
    Shape("proton new", above(f"{PROTON}\n\n{quoted()}"), proton_html),
    Shape("yahoo", above(f"    {YAHOO}  \n \n {BLOCK}", "\n"), yahoo_html),
    Shape("yahoo html only", None, yahoo_html),
    Shape(
        "yahoo phone",
        above(f"Sent from Yahoo Mail for iPhone\n\n\n{YAHOO}\n\n{BLOCK}"),
        yahoo_phone_html,
    ),
    Shape("zoho", above(f"{ZOHO}\n\n{BLOCK}", "\n\n\n\n"), zoho_html),
    Shape("zoho html only", None, zoho_html),
    Shape("139 html", None, mail139_html),
    Shape("139 text", above(f"----邮件原文----\n{FROM_ZH}\n\n{BLOCK}"), None),
    Shape("sina", above(SINA + BLOCK), None),
    Shape("huawei", above(f"发自我的手机\n{HUAWEI}{BLOCK}"), None),
    Shape("qq phone en", above(QQ_PHONE + BLOCK, "\n\n\n\n"), None),
    Shape("qq phone zh", above(QQ_PHONE_ZH + BLOCK, "\n\n\n\n"), None),
    Shape("exmail en", above(EXMAIL + BLOCK, "\n\n\n\n"), None),
    Shape("outlook mac zh", above(f"{MAC_ZH}\n{BLOCK}"), outlook_html(MAC_ZH)),
    Shape("outlook mac en", above(f"{MAC_EN}\n{BLOCK}"), outlook_html(MAC_EN)),
    Shape(
        "windows mail",
        above(f"从 Windows 版邮件发送\n\n{FROM_ZH}\n\n{BLOCK}"),
        outlook_html(FROM_ZH),
    ),
    Shape("windows mail en", above(f"Sent from Mail for Windows\n\n{FROM_EN}\n\n{BLOCK}"), None),
    Shape("gmx", above(f"{GMX}\n\n{BLOCK}", "\n \n\n"), gmx_html),
    Shape("gmx html only", None, gmx_html),
    Shape("tuta", above(f"{TUTA}\n\n{quoted()}"), tuta_html),
    Shape("naver", above(NAVER + BLOCK), None),
    Shape("mail.ru", above(f"{MAILRU}\n\n{quoted()}"), None),
    Shape("gmail es", above(f"{SPANISH}\n\n{quoted()}"), None),
    Shape("gmail pt", above(f"{PORTUGUESE}\n\n{quoted()}"), None),
    Shape(
        "gmail phone zh",
        above(f"在 2026年11月30日周一 10:00，客服 <service@shop.example> 写道：\n\n{quoted()}"),
        None,
    ),
    Shape("below zh", below("客服 <service@shop.example> 于2026年11月30日周一 10:00写道："), None),
)
