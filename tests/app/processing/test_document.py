"""A document as Markdown."""

from __future__ import annotations

from app.processing.document import Document, Part, markdown


def test_what_people_typed_is_text_and_nothing_else() -> None:
    part = Part(
        title="Who",
        paragraphs=["One <script>alert(1)</script>"],
        items=["[a](javascript:x)", "two\nlines"],
        titles=["A", "B"],
        rows=[["x|y", "*z*"]],
    )
    text = markdown(Document(title="T", lead="L", parts=[part]))
    assert text.startswith("# T\n\n> L\n\n## Who\n")
    assert "\\<script\\>" in text
    assert "- \\[a\\](javascript:x)\n- two lines\n" in text
    assert "| A | B |\n| --- | --- |\n| x\\|y | \\*z\\* |\n" in text
