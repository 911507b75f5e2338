"""Why nothing is sent to an address."""

from __future__ import annotations

OPERATOR = "The operator can open it with LEAVEMSG_EGRESS_ALLOW."
DETAILS = {
    "url_length": "The address is longer than {limit} characters.",
    "url_characters": "The address contains a space or a character that addresses cannot contain.",
    "url_syntax": "This is not a complete address. It begins with https:// and a host name.",
    "url_scheme": "The address must begin with https://.",
    "url_userinfo": "The address must not contain a user name or a password.",
    "url_fragment": "The address must not contain a # part.",
    "url_port": f"Port {{port}} cannot be used, only {{ports}}. {OPERATOR}",
    "host_syntax": "The host name is not written the usual way.",
    "host_internal": f"This host name belongs to a private network. {OPERATOR}",
    "host_private": f"This address belongs to a private or reserved network. {OPERATOR}",
    "host_vendor": "The address must lead to {hosts}.",
}


class UrlRefused(Exception):
    """`detail` is an English message id, its {placeholders} filled from `facts`. Holds no URL."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = DETAILS[code]
        self.facts = facts
