"""Mailboxes that providers post to, in words: who they are, and what to do there."""

from __future__ import annotations

from urllib.parse import urlsplit

from app.mail.posted import providers
from app.mail.posted.providers import USER
from app.own_address import reach_of
from web.http import words
from web.http.words import N_

STEPS = {
    "postmark": N_(
        "In Postmark, open the inbound stream and paste the address as its webhook. Tick “Include "
        "raw email content in JSON payload”, so that mails arrive unchanged."
    ),
    "sendgrid": N_(
        "In SendGrid, open Settings → Inbound Parse, add your host and paste the address as "
        "destination URL. Tick “POST the raw, full MIME message”, so that mails arrive unchanged."
    ),
    "mailgun": N_(
        "In Mailgun, create a route under Receiving that forwards to the address. It ends in "
        "mime, so that mails arrive unchanged."
    ),
    "ses": N_(
        "In Amazon SNS, subscribe the address to a topic, by HTTPS; it is confirmed by itself. In "
        "SES, let a receipt rule publish to that topic, in base64. SES passes on mails of up to "
        "150 KB so."
    ),
    "webhook": N_(
        "A program posts the raw mail (message/rfc822), a form or JSON. It shows the secret as "
        "password, or signs with it as Standard Webhooks says."
    ),
}

NEAR = N_(
    "The provider cannot reach this address: {host} leads to this machine or network only. Set "
    "LEAVEMSG_BASE_URL to the address under which this desk is reached from the internet, and come "
    "back for the new address."
)
PLAIN = N_(
    "This address is not https: mails and the secret cross the network as plain text, and "
    "providers refuse it. Put a proxy with https before this desk and set LEAVEMSG_BASE_URL to its "
    "https:// address."
)


def choices(locale: str) -> list[tuple[str, str]]:
    """Providers that post, as a list to choose from."""
    named = [(key, providers.NAMES[key]) for key in STEPS if key != "webhook"]
    return [*named, ("webhook", words.say(locale, N_("Another one, or a program of your own")))]


def address(base_url: str, path: str, provider: str, secret: str) -> str:
    """What is pasted at the provider; with the secret, as the password in it."""
    if provider == "mailgun":
        return f"{base_url}{path}/mime"
    scheme, _, host = base_url.partition("://")
    return f"{scheme}://{USER}:{secret}@{host}{path}" if secret else f"{base_url}{path}"


def warning(locale: str, base_url: str) -> str:
    """Why a provider cannot reach an address there, or should not. Empty: it can."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if reach_of(host) != "world":
        return words.say(locale, NEAR, {"host": host})
    return words.say(locale, PLAIN) if parts.scheme != "https" else ""
