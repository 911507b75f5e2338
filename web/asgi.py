"""The web application: everything that it is made of, on one screen.

Database and queue are opened and closed by whoever runs it.
"""

from __future__ import annotations

from litestar import Litestar
from litestar.datastructures import State

from app.egress import Egress
from app.settings import Settings
from web import error_page, pages
from web.api import (
    bearer,
    config,
    deliveries,
    leave,
    messages,
    openapi,
    templates,
)
from web.api import (
    presence as api_presence,
)
from web.http import bodies, health
from web.http.headers import Envelope
from web.http.render import TEMPLATES
from web.visitor import presence


def create_app(settings: Settings, egress: Egress) -> Litestar:
    return furnish(bare(), settings, egress)


def bare() -> Litestar:
    """Every route, without what they stand on."""
    return Litestar(
        route_handlers=[
            *pages.ROUTERS,
            leave.router,
            messages.router,
            config.router,
            api_presence.router,
            deliveries.router,
            templates.router,
            presence.router,
            openapi.document,
            health.livez,
            health.readyz,
        ],
        # In this order: who calls, then what is sent.
        guards=[bearer.guard, bodies.guard],
        exception_handlers={Exception: error_page.answer},
        request_max_body_size=bodies.PUBLIC_LIMIT,
        template_config=TEMPLATES,
        # We serve our own document and write our own log.
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


def furnish(app: Litestar, settings: Settings, egress: Egress) -> Litestar:
    """The same application with that under it, and in its envelope."""
    app.state = State({"settings": settings, "egress": egress, "framed": {}})
    app.asgi_handler = Envelope(app.asgi_handler, settings)
    return app
