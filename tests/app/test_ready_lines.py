"""Lines that are pasted as they are."""

from __future__ import annotations

from app import ready_lines


def test_the_code_names_the_script_and_the_brand() -> None:
    line = ready_lines.tag("https://desk.example.com", "tea")
    assert line == (
        '<script async src="https://desk.example.com/embed/v1.js" data-lm-site="tea"></script>'
    )


def test_a_second_address_stands_in_it() -> None:
    line = ready_lines.tag("https://a.example", "tea", backup="https://b.example")
    assert 'data-lm-site="tea" data-lm-backup="https://b.example"></script>' in line


def test_caddy_leads_to_the_port() -> None:
    assert ready_lines.proxy(8080) == "desk.example.com {\n    reverse_proxy localhost:8080\n}"
