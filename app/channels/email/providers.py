"""Mail providers that many shops use, and how to send through them.

Hosts and ports are the providers' own; all of them are encrypted.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from app.channels.sender import Guide

IMPLICIT, STARTTLS = 465, 587


class Provider(msgspec.Struct, frozen=True):
    """`steps` say how to get the password."""

    host: str
    domains: tuple[str, ...]
    steps: tuple[str, ...]
    port: int = IMPLICIT


QQ = (
    "Open mail.qq.com on a computer, then Settings and Account.",
    "Find POP3/IMAP/SMTP service, and switch it on; a text message confirms it.",
    "Copy the authorisation code shown then into the field for the password.",
)
NETEASE = (
    "Open the mailbox on a computer, then Settings and POP3/SMTP/IMAP.",
    "Switch IMAP/SMTP on and add an authorisation password; a text message confirms it.",
    "It is shown once: copy it into the field for the password.",
)
CODE = (
    "Open the mailbox on a computer and switch SMTP on in its settings.",
    "Have an authorisation code made there, and copy it into the field for the password.",
)
CLIENT_PASSWORD = (
    "Open the mailbox on a computer, then Settings and client or third-party passwords.",
    "Make a password for clients, and copy it into the field for the password.",
    "If there is no such setting, ask whoever administers the mail of your company.",
)
OWN_PASSWORD = (
    "Use the password that you sign in to the mailbox with.",
    "If it is refused, switch SMTP on in the mailbox's settings, or make a client password.",
)
APP_PASSWORD = (
    "Switch two-step verification on for the account.",
    "Make an app password in the account's security settings.",
    "Copy the app password into the field for the password.",
)
NO_PASSWORDS = (
    "Microsoft takes no passwords from programs for personal mailboxes: use another one.",
    "For a company's mailbox, its administrator has to allow authenticated SMTP.",
)

PROVIDERS = (
    Provider("smtp.qq.com", ("qq.com", "foxmail.com", "vip.qq.com"), QQ),
    Provider("smtp.163.com", ("163.com",), NETEASE),
    Provider("smtp.126.com", ("126.com",), NETEASE),
    Provider("smtp.yeah.net", ("yeah.net",), NETEASE),
    Provider("smtp.vip.163.com", ("vip.163.com",), NETEASE),
    Provider("smtp.188.com", ("188.com",), NETEASE),
    Provider("smtp.exmail.qq.com", ("exmail.qq.com",), CLIENT_PASSWORD),
    Provider("smtp.qiye.163.com", ("qiye.163.com",), CLIENT_PASSWORD),
    Provider("smtp.qiye.aliyun.com", ("qiye.aliyun.com", "mxhichina.com"), CLIENT_PASSWORD),
    Provider("smtp.feishu.cn", ("feishu.cn",), CLIENT_PASSWORD),
    Provider("smtp.aliyun.com", ("aliyun.com",), OWN_PASSWORD),
    Provider("smtp.sina.com", ("sina.com",), CODE),
    Provider("smtp.sina.cn", ("sina.cn",), CODE),
    Provider("smtp.vip.sina.com", ("vip.sina.com",), CODE),
    Provider("smtp.sohu.com", ("sohu.com",), CODE),
    Provider("smtp.139.com", ("139.com",), CODE),
    Provider("smtp.189.cn", ("189.cn",), CODE),
    Provider("smtp.wo.cn", ("wo.cn",), CODE),
    Provider("smtp.21cn.com", ("21cn.com",), OWN_PASSWORD),
    Provider("smtp.gmail.com", ("gmail.com", "googlemail.com"), APP_PASSWORD),
    Provider(
        "smtp-mail.outlook.com",
        ("outlook.com", "hotmail.com", "live.com", "live.cn", "msn.com", "outlook.cn"),
        NO_PASSWORDS,
        STARTTLS,
    ),
    Provider("smtp.office365.com", ("office365.com", "onmicrosoft.com"), NO_PASSWORDS, STARTTLS),
    Provider("smtp.mail.me.com", ("icloud.com", "me.com", "mac.com"), APP_PASSWORD, STARTTLS),
    Provider(
        "smtp.mail.yahoo.com", ("yahoo.com", "yahoo.co.uk", "ymail.com", "aol.com"), APP_PASSWORD
    ),
    Provider("smtp.mail.yahoo.co.jp", ("yahoo.co.jp",), OWN_PASSWORD),
    Provider("smtp.zoho.com", ("zoho.com", "zohomail.com"), APP_PASSWORD),
    Provider("smtp.zoho.com.cn", ("zoho.com.cn",), APP_PASSWORD),
    Provider("smtp.yandex.com", ("yandex.com", "yandex.ru", "ya.ru"), APP_PASSWORD),
)
_BY_DOMAIN = {domain: each for each in PROVIDERS for domain in each.domains}
_BY_HOST = {each.host: each for each in PROVIDERS}

COMPANIES = {
    "smtp.exmail.qq.com": "Tencent Enterprise Mail",
    "smtp.qiye.163.com": "NetEase Enterprise Mail",
    "smtp.qiye.aliyun.com": "Alibaba Enterprise Mail",
    "smtp.feishu.cn": "Feishu Mail",
}
"""Most firms with their own domain use one of these; all take port 465."""

USER, PASSWORD = "smtp_config/auth/user", "smtp_config/auth/pass"
HOST, PORT, SECURE = "smtp_config/host", "smtp_config/port", "smtp_config/secure"


def domain_of(address: str) -> str:
    return address.strip().rpartition("@")[2].lower() if "@" in address else ""


def of(address: str) -> Provider | None:
    """The provider of this mailbox by its domain; None for a company's own domain."""
    domain = domain_of(address)
    while domain:
        if found := _BY_DOMAIN.get(domain):
            return found
        # Companies at Microsoft have subdomains of the provider's.
        domain = domain.partition(".")[2] if domain.endswith(".onmicrosoft.com") else ""
    return None


def begun(form: Mapping[str, str]) -> dict[str, str]:
    """Form values from the recipients: the first with a known provider is the account."""
    people = form.get("to", "").split("\n")
    return filled(next((each for each in people if of(each)), ""))


def filled(address: str) -> dict[str, str]:
    """Form values for an account's address; empty when the provider is not known."""
    provider = of(address)
    if provider is None:
        return {}
    return {
        HOST: provider.host,
        PORT: str(provider.port),
        SECURE: "on",
        USER: address.strip(),
    }


def completed(form: Mapping[str, str]) -> Mapping[str, str]:
    """The form with the server filled in by the account's provider, if none was entered."""
    if form.get(HOST, "").strip():
        return form
    accounts = (form.get(USER, ""), form.get("from", ""), form.get("to", "").partition("\n")[0])
    account = next((each for each in accounts if of(each)), "")
    known = filled(account)
    if not known:
        return form
    mine = {HOST: known[HOST], PORT: known[PORT], SECURE: "on"}
    if not form.get(USER, "").strip() and form.get(PASSWORD, "").strip():
        mine[USER] = known[USER]
    return {**form, **mine}


def guess(address: str) -> str:
    """The server's usual name, when the provider is not known."""
    domain = domain_of(address)
    return f"smtp.{domain}" if "." in domain else ""


def guide(form: Mapping[str, str], usual: tuple[str, ...]) -> Guide:
    """`usual` are the steps for an unknown server."""
    known = steps(form.get(HOST, ""))
    guessed = guess(form.get(USER) or form.get("to", ""))
    return Guide(
        steps=known or usual,
        placeholders={HOST: guessed} if guessed else {},
        listed={} if known else COMPANIES,
        listed_as="Firms with a domain of their own are often at:",
    )


def steps(host: str) -> tuple[str, ...]:
    """How to get the password for this server; empty when not known."""
    found = _BY_HOST.get(host.strip().lower())
    return found.steps if found else ()
