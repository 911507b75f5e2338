"""The blanks of a channel's form, for each kind in the order in which an admin needs them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from web.http.words import N_

Control = Literal["secret", "text", "number", "switch", "choice", "list", "pairs", "code"]


class Blank(msgspec.Struct, frozen=True, kw_only=True):
    """`path` is where the value stands in the channel's JSON, and the name of the input."""

    path: str
    control: Control
    label: str
    hint: str = ""
    required: bool = False
    further: bool = False
    """Needed by few: under "More settings"."""
    choices: tuple[tuple[str, str], ...] = ()
    default: Any = ""
    more: dict[str, str] = {}


def robot(example: str) -> Blank:
    return Blank(
        path="webhook_url",
        control="secret",
        label=N_("Robot's address"),
        hint=N_("The whole address, or only the key in it. It is stored encrypted."),
        required=True,
        more={"placeholder": example, "inputmode": "url"},
    )


ADDRESS = Blank(
    path="webhook_url",
    control="secret",
    label=N_("Address"),
    hint=N_("Starts with https://. It is stored encrypted."),
    required=True,
    more={"placeholder": "https://example.com/hooks/leavemsg", "inputmode": "url"},
)
KEYWORDS = Blank(
    path="keywords",
    control="list",
    label=N_("Keywords"),
    hint=N_("Only if the robot's security settings ask for keywords. One per line."),
)
SIGNING = Blank(
    path="secret",
    control="secret",
    label=N_("Signing secret"),
    hint=N_("Only if signing is on in the robot's security settings."),
)
MENTION_ALL = Blank(
    path="mention_all",
    control="switch",
    label=N_("Mention everybody in the group"),
    default=False,
    further=True,
)
MOBILES = Blank(
    path="mention_mobiles",
    control="list",
    label=N_("Mention by phone number"),
    hint=N_("One per line."),
    further=True,
)
USERS = Blank(
    path="mention_users",
    control="list",
    label=N_("Mention by user id"),
    hint=N_("One per line."),
    further=True,
)


def form(*choices: tuple[str, str]) -> Blank:
    return Blank(
        path="format",
        control="choice",
        label=N_("Format"),
        choices=(("auto", N_("Automatic")), *choices),
        default="auto",
        further=True,
    )


BLANKS: dict[str, tuple[Blank, ...]] = {
    "wecom": (
        robot("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"),
        form(
            ("markdown", "Markdown"),
            ("markdown_v2", "Markdown 2"),
            ("text", N_("Plain text")),
            ("template_card", N_("Card")),
        ),
        MENTION_ALL,
        MOBILES,
        USERS,
    ),
    "dingtalk": (
        robot("https://oapi.dingtalk.com/robot/send?access_token=…"),
        SIGNING,
        KEYWORDS,
        form(("markdown", "Markdown"), ("text", N_("Plain text")), ("action_card", N_("Card"))),
        MENTION_ALL,
        MOBILES,
        USERS,
    ),
    "feishu": (
        robot("https://open.feishu.cn/open-apis/bot/v2/hook/…"),
        SIGNING,
        KEYWORDS,
        form(
            ("card", N_("Card")),
            ("markdown", "Markdown"),
            ("post", N_("Rich text")),
            ("text", N_("Plain text")),
        ),
        MENTION_ALL,
        msgspec.structs.replace(USERS, label=N_("Mention by open_id")),
    ),
    "email": (
        Blank(
            path="to",
            control="list",
            label=N_("Recipients"),
            hint=N_("One per line, ten at most."),
            required=True,
        ),
        Blank(
            path="smtp_config/host",
            control="text",
            label=N_("Mail server"),
            required=True,
            more={"placeholder": "smtp.example.com", "autocapitalize": "none"},
        ),
        Blank(
            path="smtp_config/port",
            control="number",
            label=N_("Port"),
            hint=N_("Usually 465 or 587."),
            default=465,
        ),
        Blank(
            path="smtp_config/secure",
            control="switch",
            label=N_("Only send encrypted"),
            hint=N_("Port 465 is encrypted from the start, other ports by STARTTLS."),
            default=True,
        ),
        Blank(
            path="smtp_config/auth/user",
            control="text",
            label=N_("User name"),
            hint=N_("Usually the whole email address."),
            more={"autocapitalize": "none"},
        ),
        Blank(
            path="smtp_config/auth/pass",
            control="secret",
            label=N_("Password or authorisation code"),
            hint=N_("QQ, 163 and Tencent mail want the authorisation code from their settings."),
            more={"type": "password", "autocomplete": "new-password"},
        ),
        Blank(
            path="from",
            control="text",
            label=N_("Sender"),
            hint=N_("Empty: the user name. Most providers accept nothing else."),
            further=True,
        ),
        Blank(
            path="smtp_config/tls_mode",
            control="choice",
            label=N_("Kind of encryption"),
            choices=(
                ("auto", N_("By the port")),
                ("implicit", N_("TLS from the start")),
                ("starttls", "STARTTLS"),
                ("none", N_("None")),
            ),
            default="auto",
            further=True,
        ),
        Blank(
            path="smtp_config/allow_plaintext",
            control="switch",
            label=N_("Allow a password without encryption"),
            hint=N_("Only for a server in your own network."),
            default=False,
            further=True,
        ),
        Blank(
            path="attach_json",
            control="switch",
            label=N_("Attach the notice as JSON"),
            default=False,
            further=True,
        ),
    ),
    "custom": (
        ADDRESS,
        Blank(
            path="method",
            control="choice",
            label=N_("Method"),
            choices=(("POST", "POST"), ("PUT", "PUT")),
            default="POST",
        ),
        Blank(
            path="headers",
            control="pairs",
            label=N_("Headers"),
            hint=N_("For example Authorization. Values are stored encrypted."),
        ),
        Blank(
            path="signing_secret",
            control="secret",
            label=N_("Signing secret"),
            hint=N_("whsec_…: every notice is then signed, so that you can check it is ours."),
        ),
        Blank(
            path="body_template",
            control="code",
            label=N_("Body"),
            hint=N_("JSON with variables inside its strings. Empty: the standard format."),
            further=True,
        ),
        Blank(
            path="success/pointer",
            control="text",
            label=N_("Accepted only if this place of the answer"),
            hint=N_("Like /code. Empty: every answer from 200 to 299 counts."),
            further=True,
        ),
        Blank(
            path="success/equals",
            control="text",
            label=N_("has this value"),
            further=True,
        ),
        Blank(
            path="previous_signing_secret",
            control="secret",
            label=N_("Previous signing secret"),
            hint=N_("While receivers still know the old one, both sign."),
            further=True,
        ),
        Blank(
            path="timeout",
            control="number",
            label=N_("Seconds to wait for an answer"),
            default=15,
            further=True,
        ),
        Blank(
            path="digest",
            control="switch",
            label=N_("Combine messages when many wait"),
            default=False,
            further=True,
        ),
    ),
}
