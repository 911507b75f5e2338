"""The OpenAPI document, made from the routes. Only the JSON API, no pages, no viewer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.routes import HTTPRoute

from app import settings
from app.feed.catalogue import TYPES, Type, example
from app.languages import LANGUAGES
from app.settings import VERSION
from web.api import filters, paging, resources, shapes, simple, times, unchanged
from web.api import schemas as api_schemas
from web.http.faults import TITLES
from web.http.operation import Operation, Parameter, described
from web.http.problems import MEDIA_TYPE, ProblemDetails

Schema = dict[str, Any]

PATH = "/api/openapi.json"
PARAMETER = re.compile(r"\{(\w+):\w+\}")
HERE = Operation(
    id="getOpenApi", summary="This document", answer=api_schemas.DOCUMENT, answered="OpenAPI 3.1."
)
# What every operation may answer: a fault of the request line, of ours, or of the database.
EVERYWHERE = (400, 405, 500, 503)
WITH_SCOPE = (401, 403)
WITH_BODY = (408, 413, 415, 422)
KEY = Parameter(
    "Idempotency-Key",
    "Makes a retry safe for a day: the same key and body get the first answer again, with "
    "`Idempotency-Replayed: true`. Another body under the same key is refused with 409.",
    {"type": "string", "minLength": 1, "maxLength": 200},
    "header",
)
PAGING = (
    Parameter("limit", "How many; without it all.", filters.PAGING[0].schema),
    filters.PAGING[1],
)
KNOWN = Parameter(
    "If-None-Match", "ETags that the caller has: 304 for one of them.", place="header"
)
MATCH = Parameter(
    "If-Match",
    "The ETag of what this changes, from reading it: 412 if it has changed since. Needs a token "
    "that may read it, too.",
    place="header",
)
HEADERS = {
    "X-Request-Id": "The id of the request, also in the log: yours if you sent one.",
    "RateLimit": 'How many requests are left, and when there are more: `"api";r=599;t=60`.',
    "RateLimit-Policy": 'How many there are in how many seconds: `"api";q=600;w=60`.',
    "Retry-After": "In how many seconds it may be sent again.",
    "Idempotency-Replayed": "`true`: the first answer to this key, given again.",
    "ETag": "Names what was answered, for If-None-Match and If-Match.",
    "Link": 'The next page, `rel="next"`; none at the end.',
}
# Values, not schemas.
LITERAL = frozenset({"example", "default", "enum", "const"})
LATER = frozenset({409, 429, 503})


@get(PATH, opt=described(HERE), sync_to_thread=False)
def document(request: Request[Any, Any, Any]) -> Response[bytes]:
    # The same for everybody, so made once.
    state = request.app.state
    if "openapi" not in state:
        state.openapi = msgspec.json.encode(describe(request.app))
    return Response(state.openapi, media_type="application/json")


def describe(app: Litestar) -> Schema:
    types: list[Any] = [ProblemDetails, shapes.ChannelUid, simple.Nothing]
    types += [kind.data for kind in TYPES]
    found = [each for each in operations(app) if each[2].in_document]
    for _, _, operation in found:
        answers = [operation.answer, *(each.type for each in operation.other_answers)]
        types += [each for each in (*answers, operation.body) if isinstance(each, type)]
    types = list(dict.fromkeys(types))
    _, schemas = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    times.told(schemas, types)
    paths: dict[str, Schema] = {}
    read = {path: operation for path, method, operation in found if method == "GET"}
    ids: set[str] = set()
    for path, method, operation in found:
        # An operation may have two addresses, but its id must be unique.
        last = path.rpartition("/")[2]
        own = operation.id if operation.id not in ids else f"{operation.id}_{last}"
        ids.add(own)
        plain = PARAMETER.sub(r"{\1}", path)
        common = _common(method, operation, _is_about_one_thing(path, read))
        paths.setdefault(plain, {})[method.lower()] = {
            "tags": [resources.of(plain).name],
            **_operation(own, operation, common),
        }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Leavemsg", "version": VERSION, "description": DESCRIPTION},
        "servers": [{"url": settings.current().base_url}],
        "paths": paths,
        "webhooks": webhooks(),
        "tags": [{"name": each.name, "description": each.title} for each in resources.RESOURCES],
        "components": {
            "schemas": {**schemas, **api_schemas.components()},
            "responses": {f"Problem{status}": _fault(status) for status in sorted(TITLES)},
            "headers": {
                name: {"description": text, "schema": {"type": "string"}}
                for name, text in HEADERS.items()
            },
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
    whole: Schema = explicit(document)
    return whole


def explicit(value: Any) -> Any:
    """The same, as generators of clients understand it: to them an object without keys is an empty
    one, a list of anything is none, a choice of one is a choice, and a `default` is sent."""
    if isinstance(value, list):
        return [explicit(each) for each in value]
    if not isinstance(value, dict):
        return value
    said = {key: each if key in LITERAL else explicit(each) for key, each in value.items()}
    if isinstance(fields := said.get("properties"), dict):
        said["properties"] = {name: _without_default(field) for name, field in fields.items()}
    if isinstance(choices := said.get("enum"), list) and len(choices) == 1:
        del said["enum"]
        said["const"] = choices[0]
    kinds = said.get("type")
    if kinds == "array" or (isinstance(kinds, list) and "array" in kinds):
        said.setdefault("items", {})
    if kinds == "object" and "properties" not in said:
        said.setdefault("additionalProperties", True)
    return said


def _without_default(field: Schema) -> Schema:
    """It is told to people instead, unless it is nothing."""
    meant = field.get("default")
    kept = {key: each for key, each in field.items() if key != "default"}
    if "anyOf" in kept:
        kept["anyOf"] = [_without_default(each) for each in kept["anyOf"]]
    if not meant or isinstance(meant, dict):
        return kept
    said = str(meant).lower() if isinstance(meant, bool) else str(meant)
    return kept | {"description": f"{field.get('description', '')} `{said}` if left out.".strip()}


def webhooks() -> Schema:
    """What endpoints of events are sent, one request for each type."""
    return {
        kind.name: {
            "post": {
                "operationId": "on" + "".join(map(str.title, kind.name.split("."))),
                "summary": kind.means,
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": _event(kind),
                            "example": example(kind),
                        }
                    },
                },
                "responses": {"2XX": {"description": "Taken. Every other answer is tried again."}},
            }
        }
        for kind in TYPES
    }


def _event(kind: Type) -> Schema:
    return {
        "type": "object",
        "required": ["id", "type", "timestamp", "data"],
        "properties": {
            "id": {"type": "string", "description": "The same in every try, as `webhook-id`."},
            "type": {"const": kind.name},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": api_schemas.ref(kind.data.__name__),
        },
    }


DESCRIPTION = (
    "Messages that visitors leave, and how the team is told. Errors are RFC 9457 problems; "
    f"`Accept-Language` chooses the language of their texts ({' or '.join(LANGUAGES)})."
)


def operations(app: Litestar) -> list[tuple[str, str, Operation]]:
    """(path, method, operation) of everything that programs can ask for, in a stable order."""
    found = [
        (route.path, str(method), handler.opt["operation"])
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in sorted(handler.http_methods)
        if "operation" in handler.opt
    ]
    return sorted(found, key=lambda each: each[:2])


def _operation(own_id: str, operation: Operation, common: list[Parameter]) -> Schema:
    described_as: Schema = {
        "operationId": own_id,
        "summary": operation.summary,
        "responses": _responses(operation, common),
    }
    if operation.description:
        described_as["description"] = operation.description
    parameters = [*operation.parameters, *common]
    if parameters:
        described_as["parameters"] = [_parameter(each) for each in parameters]
    if operation.scope:
        tokens: list[Schema] = [{"token": []}]
        described_as["security"] = [*tokens, {}] if operation.open_to_all else tokens
        described_as["x-scope"] = operation.scope
    if operation.body is not None:
        described_as["requestBody"] = _body(operation)
    return described_as


def _is_about_one_thing(path: str, read: Mapping[str, Operation]) -> bool:
    """Whether something that is no list is read at this address, or at that before the act."""
    places = unchanged.places(path, path)
    return any(place in read and not paging.is_list(read[place]) for place in places)


def _common(method: str, operation: Operation, about_one_thing: bool) -> list[Parameter]:
    """What `web.api.conventions` reads of every request."""
    if not operation.scope:
        return []
    found = [KEY] if method == "POST" and operation.again == "kept" else []
    if method == "GET" and not _is_file(operation):
        found += PAGING if paging.is_cut(method, operation) else ()
        found.append(KNOWN)
    if method in {"PUT", "PATCH", "DELETE"} or (method == "POST" and about_one_thing):
        found.append(MATCH)
    return found


def _is_file(operation: Operation) -> bool:
    return operation.answered_as != ("application/json",)


def _parameter(parameter: Parameter) -> Schema:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.place == "path",
        "description": parameter.description,
        "schema": parameter.schema,
    }


def _body(operation: Operation) -> Schema:
    content: Schema = {"schema": _schema(operation.body)}
    if operation.example is not None:
        content["example"] = operation.example
    return {"required": operation.body_required, "content": {operation.body_as: content}}


def _responses(operation: Operation, common: list[Parameter]) -> Schema:
    faults = {*EVERYWHERE, *operation.faults}
    faults |= {*WITH_SCOPE} if operation.scope else set()
    faults |= {*WITH_BODY} if operation.body is not None else set()
    faults |= {409} if KEY in common or MATCH in common else set()
    faults |= {412} if MATCH in common else set()
    faults |= {422} if PAGING[0] in common else set()
    faults |= {429} if operation.scope else set()
    good = {
        "description": operation.answered,
        "content": {each: {"schema": _schema(operation.answer)} for each in operation.answered_as},
    }
    others = {
        str(each.status): {
            "description": each.description,
            "content": {"application/json": {"schema": _schema(each.type)}},
        }
        for each in operation.other_answers
    }
    return {
        str(operation.status): good | _headers(operation, common),
        **others,
        **({"304": {"description": "As the caller has it."}} if KNOWN in common else {}),
        **{str(s): {"$ref": f"#/components/responses/Problem{s}"} for s in sorted(faults)},
    }


def _headers(operation: Operation, common: list[Parameter]) -> Schema:
    """Those of a good answer, by what it answers."""
    names = ["X-Request-Id"]
    names += ["RateLimit", "RateLimit-Policy"] if operation.scope else []
    names += ["Idempotency-Replayed"] if KEY in common else []
    names += ["ETag"] if KNOWN in common else []
    names += ["Link"] if KNOWN in common and paging.is_list(operation) else []
    return _named(*names)


def _fault(status: int) -> Schema:
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    headers = _named("X-Request-Id", *(["Retry-After"] if status in LATER else []))
    content = {MEDIA_TYPE: {"schema": schema}}
    return {"description": TITLES[status], **headers, "content": content}


def _named(*names: str) -> Schema:
    return {"headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names}}


def _schema(described_as: Any) -> Schema:
    if isinstance(described_as, dict):
        return described_as
    return {"$ref": f"#/components/schemas/{described_as.__name__}"}
