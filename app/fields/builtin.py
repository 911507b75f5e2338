"""The form of an organization that has not made its own, and the first draft for one."""

from __future__ import annotations

import functools

from app.catalogue import N_, in_all
from app.fields.shape import Choice, Field, Form, Group
from app.languages import DEFAULT

CONTACT = "contact"

CATEGORIES = (
    N_("Product enquiry"),
    N_("After-sales"),
    N_("Complaints and suggestions"),
    N_("Other"),
)


def choice(msgid: str) -> Choice:
    texts = in_all(msgid)
    return Choice(texts.pop(DEFAULT), texts)


@functools.cache
def built_in() -> Form:
    return Form(
        fields=(
            Field(
                key="content",
                kind="textarea",
                label=in_all(N_("Your message")),
                required=True,
            ),
            Field(
                key="category",
                kind="select",
                label=in_all(N_("What is it about?")),
                choices=tuple(map(choice, CATEGORIES)),
                in_list=True,
            ),
            Field(
                key="name",
                kind="text",
                label=in_all(N_("Your name")),
                prefill="name",
                in_list=True,
                personal=True,
            ),
            Field(
                key="phone",
                kind="phone",
                label=in_all(N_("Phone")),
                group=CONTACT,
                prefill="phone",
                in_list=True,
                personal=True,
            ),
            Field(
                key="wechat",
                kind="wechat",
                label=in_all(N_("WeChat ID")),
                group=CONTACT,
                prefill="wechat",
                in_list=True,
                personal=True,
            ),
            Field(
                key="email",
                kind="email",
                label=in_all(N_("Email")),
                group=CONTACT,
                prefill="email",
                in_list=True,
                personal=True,
            ),
        ),
        groups=(Group(key=CONTACT, label=in_all(N_("How can we reach you?")), at_least=1),),
    )
