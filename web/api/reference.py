"""The OpenAPI document as a page shows it: chapters of operations, types, and a curl for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from web.api import resources

Schema = Mapping[str, Any]

REF = "#/components/schemas/"
PLACE = re.compile(r"([^/]*)/\{(\w+)\}")
ONES = {"deliveries": "delivery", "mailboxes": "mailbox", "tokens": "made_token"}
# A line of a terminal; longer JSON is written over several.
ONE_LINE = 76


class Field(msgspec.Struct, frozen=True):
    name: str
    kind: str
    """What it holds, without the names of types."""
    types: tuple[str, ...]
    """Types of the document that it may hold."""
    required: bool
    choices: tuple[str, ...]
    says: str


class Body(msgspec.Struct, frozen=True):
    types: tuple[str, ...]
    fields: tuple[Field, ...]
    media: tuple[str, ...]


class Op(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    method: str
    path: str
    summary: str
    says: str
    scope: str
    open_to_all: bool
    parameters: tuple[tuple[str, Field], ...]
    """With where each is: path, query or header."""
    body: Body | None
    answers: tuple[tuple[str, str, Body], ...]
    """Status and what it means, of every good answer with content."""
    faults: tuple[str, ...]
    """Statuses of problems."""
    curl: str


class Chapter(msgspec.Struct, frozen=True):
    name: str
    title: str
    """A msgid."""
    operations: tuple[Op, ...]


class Type(msgspec.Struct, frozen=True):
    name: str
    says: str
    fields: tuple[Field, ...]
    either: tuple[str, ...]
    """Types of which it is one."""


def chapters(document: Schema) -> list[Chapter]:
    """In the order of the resources; addresses as the document has them."""
    found: dict[str, list[Op]] = {each.name: [] for each in resources.RESOURCES}
    for path, methods in sorted(document["paths"].items(), key=lambda each: _place(each[0])):
        for method, described in methods.items():
            found[described["tags"][0]].append(_op(document, path, method.upper(), described))
    return [Chapter(each.name, each.title, tuple(found[each.name])) for each in resources.RESOURCES]


def _place(path: str) -> tuple[int, str]:
    return resources.place(path), path


def types(document: Schema) -> list[Type]:
    return [
        Type(
            name,
            schema.get("description", ""),
            _fields(schema),
            _named({"anyOf": schema.get("oneOf", ())}),
        )
        for name, schema in sorted(document["components"]["schemas"].items())
    ]


def _op(document: Schema, path: str, method: str, described: Schema) -> Op:
    responses = described["responses"].items()
    good = [(status, said) for status, said in responses if "content" in said]
    body = described.get("requestBody")
    return Op(
        id=described["operationId"],
        method=method,
        path=path,
        summary=described["summary"],
        says=described.get("description", ""),
        scope=described.get("x-scope", ""),
        open_to_all={} in described.get("security", ()),
        parameters=tuple(
            (each["in"], _field(each["name"], _told(each), each["required"]))
            for each in described.get("parameters", ())
        ),
        body=_body(document, body["content"]) if body else None,
        answers=tuple(
            (status, said["description"], _body(document, said["content"])) for status, said in good
        ),
        faults=tuple(status for status, said in responses if "$ref" in said),
        curl=curl(document, path, method, described),
    )


def _told(parameter: Schema) -> Schema:
    return {**parameter["schema"], "description": parameter["description"]}


def _body(document: Schema, content: Schema) -> Body:
    schema = next(iter(content.values()))["schema"]
    names = _named(schema)
    own = document["components"]["schemas"][names[0]] if len(names) == 1 else {}
    return Body(names, _fields(own), tuple(content))


def _fields(schema: Schema) -> tuple[Field, ...]:
    needed = schema.get("required", ())
    found = schema.get("properties", {}).items()
    return tuple(_field(name, each, name in needed) for name, each in found)


def _field(name: str, schema: Schema, required: bool) -> Field:
    choices = tuple(str(each) for each in _choices(schema) if each not in {"", None})
    says = schema.get("description", "")
    return Field(name, _kind(schema), _named(schema), required, choices, says)


def _choices(schema: Schema) -> Iterator[Any]:
    yield from schema.get("enum", ())
    if "const" in schema:
        yield schema["const"]
    for each in schema.get("anyOf", ()):
        yield from _choices(each)
    if isinstance(items := schema.get("items"), dict):
        yield from _choices(items)


def _named(schema: Schema) -> tuple[str, ...]:
    """The types of the document that stand in a schema, each once."""
    if "$ref" in schema:
        return (schema["$ref"].removeprefix(REF),)
    inner = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    inner += [each for key in ("items", "additionalProperties") if (each := schema.get(key))]
    return tuple(dict.fromkeys(n for each in inner if isinstance(each, dict) for n in _named(each)))


def _kind(schema: Schema) -> str:
    """As JSON calls it: `string`, `list of integer`, `object or null`."""
    if "$ref" in schema:
        return "object"
    if parts := [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        return " or ".join(dict.fromkeys(_kind(each) for each in parts))
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return " or ".join(_kind({**schema, "type": each}) for each in kinds)
    if kinds == "array":
        inner = _kind(schema["items"])
        return f"list of {inner}" if inner else "list"
    told = {"date-time": "time", "binary": "bytes", "uuid": "uid", "date": "date"}
    return told.get(schema.get("format", ""), kinds or ("string" if schema.get("enum") else ""))


def curl(document: Schema, path: str, method: str, described: Schema) -> str:
    """The request in a shell, with variables for what only the reader knows."""
    address = document["servers"][0]["url"] + PLACE.sub(_variable, path)
    lines = [f'curl -s "{address}"']
    body = described.get("requestBody")
    content = next(iter(body["content"].items())) if body else None
    example = content[1].get("example") if content else None
    if method not in {"GET", "POST"} or (method == "POST" and example is None):
        lines[0] = f'curl -s -X {method} "{address}"'
    if described.get("x-scope") and {} not in described["security"]:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if content and example is not None:
        media, _ = content
        lines.append(f"-H 'Content-Type: {media}'")
        lines.append(f"-d {_quoted(example)}")
    return " \\\n  ".join(lines)


def _variable(found: re.Match[str]) -> str:
    """`messages/{uid}` is `messages/$MESSAGE`: in a shell, UID is the user."""
    before, name = found.groups()
    one = ONES.get(before, before.removesuffix("s")) if name == "uid" else name
    return f"{before}/${one.upper()}"


def _quoted(example: Any) -> str:
    if isinstance(example, str):
        text = example.replace("\r\n", "\n")
    else:
        text = msgspec.json.encode(example).decode()
        if len(text) > ONE_LINE:
            text = msgspec.json.format(text, indent=2)
    return "'" + text.replace("'", "'\\''") + "'"
