"""Several forms as one."""

from __future__ import annotations

from app.fields.builtin import built_in
from app.fields.several import together
from app.fields.shape import Choice, Field, Form


def form(*fields: Field) -> Form:
    return Form(fields=fields, number=7)


def test_one_form_stays_as_it_is() -> None:
    assert together([built_in()]) is built_in()


def test_each_question_stands_in_it_once_with_all_choices() -> None:
    red, blue, green = (Choice(value=each) for each in ("red", "blue", "green"))
    colour = Field(key="colour", kind="select", label={"en": "Colour"}, choices=(red, blue))
    other = Field(key="colour", kind="select", label={"en": "Shade"}, choices=(blue, green))
    size = Field(key="size", kind="text", label={"en": "Size"})
    found = together([form(colour), form(size, other)])
    assert [field.key for field in found.fields] == ["colour", "size"]
    assert found.fields[0].label == {"en": "Colour"}
    assert found.fields[0].choices == (red, blue, green)
