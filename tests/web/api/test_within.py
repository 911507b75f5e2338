"""Requests to the API within the process."""

from __future__ import annotations

from typing import Any

from litestar import Request

from web.api import within


async def test_the_caller_goes_along_and_what_is_about_the_first_body_stays() -> None:
    seen: dict[str, Any] = {}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope, body=(await receive())["body"])
        headers = [(b"etag", b'"a"')]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": b"[1,", "more_body": True})
        await send({"type": "http.response.body", "body": b"2]"})

    caller = (b"authorization", b"Bearer lm_x")
    about = [(name.encode(), b"x") for name in within.OWN]
    scope: Any = {
        "type": "http",
        "method": "POST",
        "path": "/api/outer",
        "query_string": b"limit=1",
        "headers": [caller, *about],
        "auth": "somebody",
        "path_params": {"uid": "1"},
        "state": {within.APP: application, "request_id": "r", "json": {"outer": 1}},
    }
    request = Request[Any, Any, Any](scope)
    match = (b"if-match", b'"b"')
    answer = await within.ask(
        request, "PATCH", "/api/inner", query="q=a", headers=[match], body=b"{}", state={"own": 1}
    )

    assert answer == within.Answer(201, '"a"', b"[1,2]")
    assert (seen["method"], seen["path"], seen["raw_path"]) == (
        "PATCH",
        "/api/inner",
        b"/api/inner",
    )
    assert (seen["query_string"], seen["body"]) == (b"q=a", b"{}")
    json = [(b"content-type", b"application/json"), (b"content-length", b"2")]
    assert seen["headers"] == [caller, *json, match]
    assert seen["state"] == {"request_id": "r", "own": 1}
    assert not {"auth", "path_params"} & seen.keys()

    await within.ask(request, "GET", "/api/inner", state={})
    assert (seen["headers"], seen["query_string"], seen["body"]) == ([caller], b"", b"")
