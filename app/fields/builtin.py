"""The form that an organization has before it makes its own, and the first draft of that."""

from __future__ import annotations

from app.fields.shape import Choice, Field, Form, Group, Texts

CONTACT = "contact"

CATEGORIES = (
    Choice("产品咨询", "Product enquiry"),
    Choice("售后服务", "After-sales"),
    Choice("投诉与建议", "Complaints and suggestions"),
    Choice("其他", "Other"),
)

BUILT_IN = Form(
    fields=(
        Field(
            key="content",
            kind="textarea",
            label=Texts("留言内容", "Your message"),
            required=True,
        ),
        Field(
            key="category",
            kind="select",
            label=Texts("问题类型", "What is it about?"),
            choices=CATEGORIES,
            in_list=True,
        ),
        Field(
            key="name",
            kind="text",
            label=Texts("您的称呼", "Your name"),
            prefill="name",
            in_list=True,
            personal=True,
        ),
        Field(
            key="phone",
            kind="phone",
            label=Texts("电话", "Phone"),
            group=CONTACT,
            prefill="phone",
            in_list=True,
            personal=True,
        ),
        Field(
            key="email",
            kind="email",
            label=Texts("邮箱", "Email"),
            group=CONTACT,
            prefill="email",
            in_list=True,
            personal=True,
        ),
    ),
    groups=(Group(key=CONTACT, label=Texts("联系方式", "How can we reach you?"), at_least=1),),
)
