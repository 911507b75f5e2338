"""The web application and its parts, on one screen.

The process that runs it opens and closes database and queue.
"""

from __future__ import annotations

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.types import ControllerRouterHandler

from app.egress import Egress
from app.settings import Settings
from web import error_page, reference
from web.api import acts as api_acts
from web.api import audit as api_audit
from web.api import bearer, config, conventions, leave, openapi, own_token, templates
from web.api import blocks as api_blocks
from web.api import brands as api_brands
from web.api import bulk as api_bulk
from web.api import channels as api_channels
from web.api import deliveries as api_deliveries
from web.api import drafts as api_drafts
from web.api import events as api_events
from web.api import faces as api_faces
from web.api import files as api_files
from web.api import inbound as api_inbound
from web.api import mail as api_mail
from web.api import mailboxes as api_mailboxes
from web.api import members as api_members
from web.api import messages as api_messages
from web.api import outcomes as api_outcomes
from web.api import phrases as api_phrases
from web.api import presence as api_presence
from web.api import privacy as api_privacy
from web.api import remarks as api_remarks
from web.api import reports as api_reports
from web.api import rota as api_rota
from web.api import rules as api_rules
from web.api import stats as api_stats
from web.api import targets as api_targets
from web.api import tokens as api_tokens
from web.api import views as api_views
from web.console import (
    account,
    arrived,
    audit,
    block_many,
    block_sender,
    blocks,
    brands,
    channel,
    channel_back,
    channel_paste,
    channel_template,
    channels,
    commands,
    confirmation,
    deliveries,
    delivery,
    demo,
    endpoints,
    erase,
    export,
    factors,
    files,
    first_run,
    forgot,
    form_builder,
    form_field,
    form_preview,
    history,
    hours,
    identity,
    inbox,
    join,
    live,
    login,
    mailboxes,
    mails,
    member,
    member_identities,
    members,
    message,
    notice_templates,
    notify,
    nowhere,
    organization,
    organization_new,
    organizations,
    outcomes,
    overview,
    own_email,
    own_hours,
    phone,
    phrases,
    presence,
    privacy,
    privacy_documents,
    progress,
    provider,
    providers,
    renew,
    reply_mail,
    reports,
    rota,
    rule,
    rules,
    setting_home,
    setting_search,
    signing_in,
    single_sign_on,
    start,
    system,
    taps,
    targets,
    token,
    tokens,
    views,
    why,
    widget,
    would_tell,
)
from web.console.streams import Streams
from web.http import assets, bodies, health, metrics, prefix, resting, security_txt
from web.http.headers import Envelope
from web.http.operation import PREFIX
from web.http.render import TEMPLATES
from web.mcp import endpoint as mcp
from web.shortcut import Shortcut
from web.visitor import attached, boot, elsewhere, form, own, script, status
from web.visitor import presence as visitor_presence
from web.visitor.known import Known

PAGES: list[Router] = [
    assets.router,
    script.router,
    boot.router,
    form.router,
    attached.router,
    elsewhere.router,
    status.router,
    own.router,
    login.router,
    mailboxes.router,
    mails.router,
    files.router,
    login.out,
    first_run.router,
    arrived.router,
    taps.router,
    start.router,
    inbox.router,
    export.router,
    views.router,
    notify.router,
    progress.router,
    live.router,
    message.router,
    why.router,
    would_tell.router,
    phone.router,
    block_many.router,
    block_sender.router,
    erase.router,
    privacy.router,
    privacy_documents.router,
    overview.router,
    deliveries.router,
    delivery.router,
    setting_home.router,
    setting_search.router,
    channels.router,
    endpoints.router,
    commands.router,
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
    reply_mail.router,
    rota.router,
    targets.router,
    reports.router,
    presence.router,
    rules.router,
    rule.router,
    outcomes.router,
    phrases.router,
    phrases.filled,
    blocks.router,
    widget.router,
    brands.router,
    account.router,
    identity.router,
    audit.router,
    organizations.router,
    organization_new.router,
    organization.router,
    factors.router,
    own_email.router,
    own_email.stop,
    own_hours.router,
    history.router,
    members.router,
    member.router,
    system.router,
    member_identities.router,
    providers.router,
    provider.router,
    single_sign_on.router,
    tokens.router,
    token.router,
    join.router,
    renew.router,
    forgot.router,
    signing_in.router,
    nowhere.router,
    demo.router,
]
PROGRAMS: list[ControllerRouterHandler] = [
    # An address belongs to one router.
    Router(PREFIX, route_handlers=[*leave.handlers, api_messages.listed]),
    api_messages.router,
    api_remarks.router,
    api_drafts.router,
    api_bulk.router,
    api_channels.router,
    api_faces.router,
    config.router,
    api_presence.router,
    api_deliveries.router,
    templates.router,
    api_rules.router,
    api_views.router,
    api_outcomes.router,
    api_acts.router,
    api_phrases.router,
    api_stats.router,
    api_rota.router,
    api_events.router,
    api_targets.router,
    api_privacy.router,
    api_reports.router,
    api_mail.router,
    api_inbound.router,
    api_mailboxes.router,
    api_files.router,
    api_blocks.router,
    api_brands.router,
    own_token.router,
    api_tokens.router,
    api_audit.router,
    api_members.router,
    visitor_presence.router,
    mcp.router,
    openapi.document,
    reference.router,
    health.livez,
    health.readyz,
    metrics.metrics,
    security_txt.security_txt,
]


def create_app(settings: Settings, egress: Egress) -> Litestar:
    return furnish(bare(), settings, egress)


def bare() -> Litestar:
    """The application with every route, but without settings and egress."""
    return Litestar(
        route_handlers=[*PAGES, *PROGRAMS],
        # In this order: whether anybody is served, the caller, then the body.
        guards=[resting.guard, bearer.guard, bodies.guard],
        before_request=conventions.before,
        exception_handlers={Exception: error_page.answer},
        request_max_body_size=bodies.PUBLIC_LIMIT,
        template_config=TEMPLATES,
        # We serve our own document and write our own log.
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


def furnish(app: Litestar, settings: Settings, egress: Egress) -> Litestar:
    """Adds what a process has to the application: settings, egress, streams; and the envelope."""
    app.state = State({"egress": egress, "framed": {}, "streams": Streams()})
    hot = Shortcut(app.asgi_handler, app, "POST", f"{PREFIX}/messages")
    known = Known(Envelope(conventions.Conventions(hot), settings))
    app.asgi_handler = prefix.below(settings.base_path, known)
    return app
