"""How to get what a channel's form asks for, step by step."""

from __future__ import annotations

from web.http.words import N_

STEPS = {
    "wecom": (
        N_("Open the group in WeCom, then its menu (…) and Message push (group robot)."),
        N_("Add a robot, give it a name, and copy the Webhook address."),
        N_("Paste it here. Only the key after key= is enough."),
    ),
    "dingtalk": (
        N_("Open the group in DingTalk, then Group settings and Robots."),
        N_("Add a robot of the type Custom."),
        N_("Choose one security setting: signing (copy the SEC… secret) is the safest."),
        N_("Copy the Webhook address and paste it here, and the secret below it."),
    ),
    "feishu": (
        N_("Open the group in Feishu or Lark, then Settings and Bots."),
        N_("Add a Custom bot and copy its Webhook address."),
        N_("If you switch signature verification on, copy the key too."),
    ),
    "email": (
        N_("Look up the SMTP server in the settings of your mail provider."),
        N_("Switch SMTP on there; many providers give an authorisation code for it."),
        N_("Port 465 works nearly everywhere; port 25 is often blocked."),
    ),
    "custom": (
        N_("Your program takes a POST with JSON and answers 200 to 299."),
        N_("Answer within the waiting time; do slow work afterwards."),
        N_("A repeat carries the same webhook-id header: drop what you have seen."),
    ),
}


def steps(kind: str) -> tuple[str, ...]:
    return STEPS[kind]
