"""What somebody wrote is kept, what they quote is not."""

from __future__ import annotations

from app.mail.read.cut import cut

KEPT = (
    "From: Beijing\nTo: Shanghai\nDate: 12/3",
    "发件人：我自己\n请联系我",
    "On Monday I wrote:\nnothing",
    "时间：下午三点\n主题：开会\n地点：上海",
    "I am at home. She said: yes",
    "在上海，他说：好",
    "----------\n分割线",
    "我来自上海",
    "2026年11月30日 下午 3 点可以吗：",
    "Von: Berlin\nAn: Hamburg",
    "The original\n-- original, not a copy",
    "30 Nov 2026, 10:00 by train: fine",
)
QUOTED = (
    ('好\n\n在 2026-11-30 10:00:00，"x" <a@b.cn> 写道：\n旧', "好"),
    ("ok\n\nOn Mon, Nov 30, 2026 at 10:00 AM\nA <a@b.cn>\nwrote:\n> old", "ok"),
    ("> q1\na1\n> q2\na2", "a1\na2"),
    (
        "1. 蓝色\n2. 五件\n  On Mon, Nov 30, 2026 at 10:00 AM A <a@b.cn> wrote:\n \nold",
        "1. 蓝色\n2. 五件",
    ),
    ("货在上海\n在 2026年11月30日 10:00，A <a@b.cn> 写道：\n旧", "货在上海"),
    ("On Mon, Nov 30,\n2026 at 10:00 AM A <a@b.cn> wrote:\n> old\nnew", "new"),
    ("好\n---Original---\nFrom: A <a@b.cn>\nSubject: x\n旧", "好"),
    ("On 30/11/2026 10:00, A wrote:\n> old\n\nnew", "new"),
    ("好\n-- \n张三\n某公司", "好"),
    ("好\n\n发自我的iPhone", "好"),
    ("ok\n\nSent from Outlook for iOS", "ok"),
    ("ok\n\nEnviado desde mi iPhone", "ok"),
    ("ok\n\nOp ma 30 nov. 2026 om 10:00 schreef A <a@b.nl>:\n> oud", "ok"),
    ("好的\n\nW dniu 30.11.2026 o 10:00, A <a@b.pl> napisał(a):\n> x", "好的"),
)


def test_nothing_of_ones_own_is_cut() -> None:
    for text in KEPT:
        assert cut(text).said == text.strip(), text


def test_quotes_and_ends_are_cut() -> None:
    for text, said in QUOTED:
        assert cut(text).said == said, text


def test_a_mail_that_only_quotes_says_nothing() -> None:
    assert cut('在 2026-11-30 10:00:00，"x" <a@b.cn> 写道：\n旧').said == ""


def test_hostile_texts_end() -> None:
    for text in (
        "On " * 60_000,
        "On a\n" * 20_000,
        "From: @\n" * 20_000,
        "> " * 90_000,
        "在 1:1 " * 30_000,
        "<a@b> " * 30_000,
    ):
        assert cut(text) is not None
