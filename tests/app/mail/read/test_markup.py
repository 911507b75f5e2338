"""HTML becomes the text that a reader sees, and nothing of it runs or is loaded."""

from __future__ import annotations

from app.mail.read.markup import QUOTE, text_of

CASES = (
    ("<p>One</p><p>Two</p>", "One\n\nTwo"),
    ("a<br>b", "a\nb"),
    ("<div>a</div><div>b</div>", "a\nb"),
    ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
    ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
    ("<script>alert(1)</script>x<style>p{}</style>", "x"),
    ('<a href="https://shop.example/x">here</a>', "here <https://shop.example/x>"),
    ('<a href="javascript:alert(1)">here</a>', "here"),
    ('<a href="mailto:a@b.cn">a@b.cn</a>', "a@b.cn"),
    ('<span style="display:none">secret</span>shown', "shown"),
    ("<pre>a\n  b</pre>", "a\n  b"),
    ("&lt;b&gt; &amp; &nbsp;x", "<b> & x"),
    ("<blockquote>old</blockquote>new", "> old\nnew"),
    ("a <b>bold</b>\n   word", "a bold word"),
    ("<b>unclosed <div>x", "unclosed\nx"),
)


def test_what_a_reader_sees() -> None:
    for html, text in CASES:
        assert text_of(html) == text, html


def test_marks_of_mail_programs() -> None:
    for html in (
        '<div class="gmail_quote">old</div>',
        '<div id="divRplyFwdMsg">old</div>',
        "<includetail>old</includetail>",
        '<blockquote type="cite">old</blockquote>',
        "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt'>old</div>",
    ):
        assert text_of(f"new{html}").split("\n")[:2] == ["new", QUOTE], html


def test_hostile_html_ends() -> None:
    for html in (
        "<div>" * 50_000,
        "<blockquote>" * 20_000 + "x",
        "<" * 100_000,
        "<a href=" * 20_000,
    ):
        assert isinstance(text_of(html), str)
