"""The number of a message as people repeat it."""

from __future__ import annotations

import pytest

from app.reading import references


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("LM-7K3F9Q", "LM-7K3F9Q"), (" lm-7k3f9q ", "LM-7K3F9Q"), ("7k3f9q", "LM-7K3F9Q")),
        *(("LM 7K3F9Q", "LM-7K3F9Q"), ("lm7k3f9q", "LM-7K3F9Q"), ("LM－7K3F9Q", "LM-7K3F9Q")),
        *(
            ("#LM-7K3F9Q.", "LM-7K3F9Q"),
            ("编号：LM-7K3F9Q", "LM-7K3F9Q"),
            ("ＬＭ７Ｋ３Ｆ９Ｑ", "LM-7K3F9Q"),
        ),
        *(("lm 7k3 f9q", "LM-7K3F9Q"), ("LM-OILI11", "LM-011111")),
        *(("LM-7K3F9", ""), ("LM-7K3F9QX", ""), ("hello world", ""), ("", "")),
    ],
)
def test_what_people_type_is_understood(typed: str, meant: str) -> None:
    assert references.read(typed) == meant
