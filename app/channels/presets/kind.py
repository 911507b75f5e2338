"""The kind of channel that a preset makes."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, cast
from urllib.parse import quote

import msgspec
from msgspec import Meta

from app import text
from app.channels import addresses, dialects, fields
from app.channels.presets import signing
from app.channels.presets.answers import acceptance
from app.channels.presets.recipe import PLACE, Field, Recipe
from app.channels.sender import Acceptance, Parcel, Sender, plain_text, url_faults
from app.channels.wire import ask
from app.channels.wording import Draft, Style, compose, link_label, link_of
from app.channels.written import FORM_TYPE, JSON_TYPE, Pairs, Written, as_form, as_query, pairs
from app.egress.way import Egress
from app.errors import Problem

VALUE_CHARACTERS = 2048
LISTED = 100
AS_JSON = "$json"
"""An object with this one key is sent as text: the JSON of its value."""
TEXT_TYPE = "text/plain; charset=utf-8"
LOGO = """<svg viewBox="0 0 32 32" focusable="false">
<rect width="32" height="32" rx="9" fill="#3d5573"/>
<text x="16" y="21.5" text-anchor="middle" font-family="system-ui, sans-serif" font-size="14"
  font-weight="600" fill="#fff">{letters}</text>
</svg>"""

STYLES: dict[str, Style] = {
    "plain": Style(),
    "markdown": Style(escape=dialects.markdown, link="[{label}]({url})"),
    "slack": Style(escape=dialects.slack, link="<{url}|{label}>"),
}


class Preset(Sender):
    """Each preset is a class of its own, with the fields that its file names."""

    recipe: ClassVar[Recipe]
    of_an_admin: ClassVar[bool] = False
    deadline: ClassVar[float] = 10.0
    writes: ClassVar[Literal["markup", "text", "json"]] = "text"
    accepted: ClassVar[str] = "The platform accepted it. Do you see it there?"

    @classmethod
    def specimen(cls) -> dict[str, Any]:
        return {
            name: [field.example] if field.list else field.example
            for name, field in cls.recipe.fields.items()
            if field.default is None
        }

    @classmethod
    def own_text(cls, locale: str) -> str:
        return plain_text(locale)

    @classmethod
    def logo(cls) -> str:
        return LOGO.format(letters=cls.recipe.name[:2].title())

    @classmethod
    def recognised(cls, pasted: str) -> dict[str, Any] | None:
        """What its patterns find; an address of theirs is cut out of the text around it."""
        for pattern in cls.recipe.recognise:
            if found := re.search(pattern, pasted):
                listed = cls.recipe.fields
                return {
                    name: [value] if listed[name].list else value
                    for name, value in found.groupdict().items()
                    if value
                }
        return None

    @classmethod
    def tail(cls, shown: Mapping[str, Any]) -> str:
        open_ones = [name for name, field in cls.recipe.fields.items() if not field.secret]
        first = next((shown[name] for name in open_ones if shown.get(name)), "")
        said = ", ".join(map(str, first)) if isinstance(first, list) else str(first)
        return said[-40:] or super().tail(shown)

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.recipe.fields}

    def faults(self, egress: Egress) -> Iterator[Problem]:
        found = dict.fromkeys(re.findall(PLACE, self.recipe.request.url))
        pointer = next((f"/{name}" for name in found if name in self.recipe.fields), "")
        yield from url_faults(egress, self.address(), pointer, self.recipe.hosts or None)

    def address(self) -> str:
        """Where it is sent, with the keys in it."""
        return _url(self.recipe.request.url, self.values())

    def target(self) -> str:
        return f"{self.kind} {json.dumps(self.values(), sort_keys=True)}"

    def credential(self) -> str:
        secret = {name: each for name, each in self.values().items() if self._secret(name)}
        return f"{self.kind} {json.dumps(secret or self.values(), sort_keys=True)}"

    def _secret(self, name: str) -> bool:
        return self.recipe.fields[name].secret

    def secrets(self) -> list[str]:
        kept = [str(each) for name, each in self.values().items() if self._secret(name) and each]
        parts = [word for value in kept for word in re.split(r"[/?&=]", value) if len(word) >= 16]
        return [self.address(), *kept, *parts]

    def empty(self) -> list[str]:
        return [name for name, value in self.values().items() if not value]

    def default_template(self, locale: str) -> str:
        return plain_text(locale)

    def preview(self, parcel: Parcel) -> str:
        draft = self._draft(parcel)
        if not self.worded:
            values = self._places(parcel, draft)
            fields = _fields(_filled(self.recipe.request.body, values))
            return "\n".join(f"{name} = {value}" for name, value in fields)
        return f"{draft.title}\n\n{draft.body}" if self.recipe.text.titled else draft.body

    def size(self, parcel: Parcel) -> tuple[int, int | None]:
        if not self.worded:
            return super().size(parcel)
        shape, used = self.recipe.text, text.in_bytes(self._draft(parcel).body)
        return used, shape.limit if shape.unit == "bytes" else None

    def _cost(self, said: str) -> int:
        return text.in_bytes(said) if self.recipe.text.unit == "bytes" else len(said)

    def _draft(self, parcel: Parcel) -> Draft:
        shape = self.recipe.text
        style = msgspec.structs.replace(STYLES[shape.style], titled=shape.titled)

        def fits(draft: Draft) -> bool:
            return self._cost(_lines(draft.body, doubled=shape.paragraphs)) <= shape.limit

        draft = compose(parcel, style, plain_text(parcel.locale), fits)
        title = text.clip(draft.title, shape.title_limit, cost=text.in_characters)
        return Draft(title, _lines(draft.body, doubled=shape.paragraphs))

    def _places(self, parcel: Parcel, draft: Draft) -> dict[str, Any]:
        notice = parcel.notices[0] if parcel.notices else None
        return {
            **{name: None if value == [] else value for name, value in self.values().items()},
            "text": draft.body,
            "title": draft.title,
            "body": draft.body,
            "link": link_of(parcel),
            "label": link_label(parcel),
            "reference": notice.reference if notice else str(parcel.total),
            "total": str(parcel.total),
            "id": parcel.id,
        }

    def made(self, parcel: Parcel, *, nonce: str, now: dt.datetime) -> Written:
        """The request for a parcel."""
        asked = self.recipe.request
        values = self._places(parcel, self._draft(parcel))
        body = _filled(asked.body, values)
        headers = {
            name: str(_filled(value, values))
            for name, value in asked.headers.items()
            if all(values[place] for place in PLACE.findall(value))
        }
        if asked.sign:
            given = {name: str(value) for name, value in self.values().items()}
            algorithm = signing.ALGORITHMS[asked.sign]
            signed = algorithm(asked.method, dict(_fields(body)), given, nonce, now)
            body, headers = signed.parameters, {**headers, **signed.headers}
        if asked.method == "GET":
            return Written("GET", self.address(), headers, query=as_query(_fields(body)))
        kind, content = _content(asked.format, body)
        return Written(asked.method, self.address(), {"Content-Type": kind, **headers}, content)

    def written(self, parcel: Parcel) -> Written:
        return self.made(parcel, nonce=str(uuid.uuid4()), now=dt.datetime.now(dt.UTC))

    async def send(self, parcel: Parcel, egress: Egress) -> Acceptance:
        written = self.written(parcel)
        hosts = self.recipe.hosts or None
        answer = await ask(egress, written, deadline=self.deadline, hosts=hosts)
        return acceptance(answer, self.recipe, parcel, self.secrets(), empty=self.empty())


def kind_of(recipe: Recipe) -> type[Preset]:
    """The class of a preset's channels."""
    secret = tuple((name,) for name, field in recipe.fields.items() if field.secret)
    example = recipe.fields["webhook_url"].example if "webhook_url" in recipe.fields else ""
    made = msgspec.defstruct(
        recipe.name.title().replace("_", ""),
        [_field(name, field) for name, field in recipe.fields.items()],
        bases=(Preset,),
        namespace={
            "kind": recipe.name,
            "label": recipe.label,
            "purpose": recipe.purpose,
            "steps": tuple(recipe.steps),
            "example": example,
            "recipe": recipe,
            "limit_per_minute": recipe.limit_per_minute,
            "spacing": recipe.spacing,
            "costly": recipe.costly,
            "worded": recipe.worded,
            "secret_fields": secret,
        },
        module=__name__,
        tag=recipe.name,
        kw_only=True,
        forbid_unknown_fields=True,
    )
    return cast("type[Preset]", made)


def _field(name: str, field: Field) -> tuple[str, Any, Any]:
    attributes = {"placeholder": field.example} if field.example and not field.choices else {}
    asked = fields.asked(
        field.label,
        field.hint,
        secret=field.secret,
        further=field.further,
        choices=field.choices or None,
        attributes=attributes,
    )
    if field.choices:
        kind: Any = Annotated[Literal[tuple(field.choices)], asked]
        return name, kind, field.default
    least = 1 if field.default is None else 0
    # An empty value of an optional field is no fault. `$` alone lets a line break pass.
    pattern = field.pattern and (field.pattern if least else f"^$|{field.pattern}")
    pattern = pattern and rf"^(?![\s\S]*\n)[\s\S]*?(?:{pattern})"
    one = Meta(min_length=least, max_length=VALUE_CHARACTERS, pattern=pattern or None)
    if field.list:
        kind = Annotated[
            list[Annotated[str, one]], Meta(min_length=least, max_length=LISTED), asked
        ]
        default: Any = msgspec.field(default_factory=list)
        return name, kind, msgspec.NODEFAULT if field.default is None else default
    kind = Annotated[str, one, asked]
    return name, kind, msgspec.NODEFAULT if field.default is None else field.default


def _lines(said: str, *, doubled: bool) -> str:
    return re.sub(r"\n+", "\n\n", said) if doubled else said


def _url(pattern: str, values: Mapping[str, Any]) -> str:
    """An address that is a field is taken whole; in others, values are escaped. A server is an
    address, too: its last slash is dropped."""

    def place(found: re.Match[str]) -> str:
        value = str(values[found[1]])
        if found.start() == 0:
            return addresses.bare(value).rstrip("/") if found.end() < len(pattern) else value
        return quote(value, safe=":")

    return PLACE.sub(place, pattern)


def _filled(wanted: Any, values: Mapping[str, Any]) -> Any:
    """The body with its places filled. An optional value that is empty is left out."""
    if isinstance(wanted, str):
        whole = PLACE.fullmatch(wanted)
        if whole:
            return values[whole[1]]
        return PLACE.sub(lambda found: str(_joined(values[found[1]])), wanted)
    if isinstance(wanted, dict) and set(wanted) == {AS_JSON}:
        return msgspec.json.encode(_filled(wanted[AS_JSON], values)).decode()
    if isinstance(wanted, dict):
        found = {_filled(name, values): _filled(each, values) for name, each in wanted.items()}
        return {name: each for name, each in found.items() if each not in ("", None)}
    if isinstance(wanted, list):
        return [_filled(each, values) for each in wanted]
    return wanted


def _joined(value: Any) -> Any:
    return ",".join(value) if isinstance(value, list) else value


def _fields(body: dict[str, Any]) -> Pairs:
    """A list of texts is one value, as the platforms write it."""
    return pairs({name: _joined(value) for name, value in body.items()})


def _content(written: str, body: Any) -> tuple[str, bytes]:
    if written == "json":
        return JSON_TYPE, msgspec.json.encode(body)
    if written == "form":
        return FORM_TYPE, as_form(_fields(body))
    return TEXT_TYPE, str(body).encode()
