"""The application as a whole."""

from __future__ import annotations

import sys
from collections.abc import Callable

import httpx
from litestar.routes import HTTPRoute

from app import outside
from app.settings import Settings
from tests.application import application
from web.api import bearer
from web.asgi import create_app
from web.http import bodies, resting
from web.http.headers import Envelope
from web.http.prefix import Below
from web.visitor.known import Known

Configure = Callable[..., Settings]


def test_every_route_goes_past_the_guards_in_their_order_first(configure: Configure) -> None:
    app = application(configure())
    for route in app.routes:
        assert isinstance(route, HTTPRoute)
        for handler in route.route_handlers:
            assert [
                guard.func if hasattr(guard, "func") else guard
                for guard in handler.resolve_guards()[:3]
            ] == [
                resting.guard,
                bearer.guard,
                bodies.guard,
            ]


def test_the_envelope_is_around_all_but_what_is_known_by_heart(configure: Configure) -> None:
    outermost = application(configure()).asgi_handler
    assert isinstance(outermost, Known)
    assert isinstance(outermost._app, Envelope)


def test_a_path_of_a_site_is_taken_off_first(configure: Configure) -> None:
    app = application(configure(LEAVEMSG_BASE_URL="https://shop.example/desk"))
    assert isinstance(app.asgi_handler, Below)


def test_it_is_made_anew_each_time(configure: Configure) -> None:
    first, second = (create_app(configure(), outside.egress()) for _ in range(2))

    assert first is not second
    assert not any(isinstance(v, type(first)) for v in vars(sys.modules["web.asgi"]).values())


async def test_no_viewer_of_the_framework_is_served(configure: Configure) -> None:
    app = application(configure())
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for path in ("/schema", "/schema/swagger", "/api/docs", "/redoc"):
            assert (await client.get(path)).status_code == 404


def test_nothing_is_debugged(configure: Configure) -> None:
    app = application(configure())

    assert app.debug is False
    assert app.cors_config is None
    assert app.logging_config is None
