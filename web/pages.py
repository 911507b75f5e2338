"""All pages for people."""

from __future__ import annotations

from litestar import Router

from web.console import (
    channel,
    channel_back,
    channel_paste,
    channel_template,
    channels,
    confirmation,
    deliveries,
    delivery,
    demo,
    first_run,
    form_builder,
    form_field,
    form_preview,
    hours,
    inbox,
    login,
    message,
    notice_templates,
    nowhere,
    presence,
    promise,
    remark,
    widget,
)
from web.http import assets
from web.visitor import (
    boot,
    form,
    script,
    status,
)

ROUTERS: list[Router] = [
    assets.router,
    script.router,
    boot.router,
    form.router,
    status.router,
    login.router,
    login.out,
    first_run.router,
    inbox.router,
    message.router,
    remark.router,
    deliveries.router,
    delivery.router,
    channels.router,
    confirmation.router,
    channel.router,
    channel_paste.router,
    channel_back.router,
    channel_template.router,
    notice_templates.router,
    form_builder.router,
    form_field.router,
    form_preview.router,
    hours.router,
    promise.router,
    presence.router,
    widget.router,
    nowhere.router,
    demo.router,
]
