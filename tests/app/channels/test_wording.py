"""From a parcel to what people read."""

from __future__ import annotations

from typing import Any

from app.channels import wording
from app.channels.sender import Announcement, Line
from app.channels.wording import Draft, Style, compose
from app.notices.notice import Notice, Tap
from tests.app.channels.things import INBOX, LINK, notice, parcel

OWN = "新 {{message.reference}}\n电话：{{visitor.phone}}\n> {{message.content}}\n{{message.link}}"
PLAIN = Style()
TITLED = Style(titled=True)


def fits(limit: int) -> Any:
    return lambda draft: len(draft.body) <= limit


def made(style: Style = PLAIN, limit: int = 10_000, own: str = OWN, **changes: Any) -> Draft:
    return compose(parcel(**changes), style, own, fits(limit))


def test_a_single_notice_is_its_template() -> None:
    assert made() == Draft(
        "新留言 LM-7K3F9Q",
        f"新 LM-7K3F9Q\n电话：13800138000\n> 我想咨询一下产品价格\n{LINK}",
    )


def test_the_first_line_can_be_a_title() -> None:
    draft = made(TITLED)

    assert draft.title == "新 LM-7K3F9Q"
    assert draft.body.startswith("电话：")


def test_a_title_is_one_short_line_whatever_is_in_it() -> None:
    long = parcel(notice(content="a\nb" * 200), template="{{message.content}}\nx")

    draft = compose(long, TITLED, OWN, fits(10_000))

    assert len(draft.title) == wording.TITLE_CHARACTERS
    assert "\n" not in draft.title


def test_only_the_content_gives_way() -> None:
    draft = compose(parcel(notice(content="长" * 500)), PLAIN, OWN, fits(120))

    assert len(draft.body) == 120
    assert "13800138000" in draft.body
    assert draft.body.endswith(LINK)
    assert "…（内容过长，请到后台查看）" in draft.body


def test_then_the_other_answers_give_way() -> None:
    said = parcel(notice(content="短", fields=(("问", "答" * 500),)))
    template = OWN + "\n{{fields.问}}"

    draft = compose(said, PLAIN, template, fits(200))

    assert "13800138000" in draft.body
    assert "答…" in draft.body


def test_a_template_too_long_in_itself_gives_way_to_the_own() -> None:
    assert made(template="字" * 500, limit=200).body == made().body


def test_in_the_plainest_form_a_template_for_another_is_not_used() -> None:
    assert made(template="**x**", fallback=True) == made()


def test_a_digest_has_a_line_for_each_and_counts_the_rest() -> None:
    said = parcel(notice(reference="LM-1"), notice(reference="LM-2"), kind="digest", total=9)

    draft = compose(said, PLAIN, OWN, fits(10_000))

    assert draft.title == "9 条新留言"
    assert draft.body == (
        "9 条新留言\n"
        "· LM-1  张三  13800138000  zhangsan@example.com：我想咨询一下产品价格\n"
        "· LM-2  张三  13800138000  zhangsan@example.com：我想咨询一下产品价格\n"
        f"\n还有 7 条，请到后台查看\n\n打开留言列表：{INBOX}"
    )


def test_a_digest_lists_twenty_at_most() -> None:
    said = parcel(*[notice()] * 30, kind="digest", total=30)

    draft = compose(said, PLAIN, OWN, fits(10_000))

    assert draft.body.count("· ") == 20
    assert "还有 10 条" in draft.body


def test_a_digest_shortens_lines_before_it_drops_them() -> None:
    said = parcel(*[notice(content="长" * 200)] * 5, kind="digest", total=5)
    sizes = [compose(said, PLAIN, OWN, fits(limit)).body for limit in (900, 600, 450, 200, 60)]

    assert [body.count("· ") for body in sizes] == [5, 5, 5, 2, 0]
    assert sizes[-1].startswith("5 条新留言")


def test_what_others_said_too_is_quoted_once() -> None:
    draft = made(kind="repeat", notices=(notice(others=3, content="a\nb"),))

    assert draft.body.startswith("另有 3 位访客说了同样的话\n> a\n> b\n\n· LM-7K3F9Q  张三")
    assert "还有" not in draft.body


def test_a_digest_does_not_count_as_new_what_is_not() -> None:
    more = notice(reference="LM-3", content="订单 123", added=True)
    said = parcel(
        notice(reference="LM-1"), notice(reference="LM-2", others=3), more, kind="digest", total=9
    )

    lines = compose(said, PLAIN, OWN, fits(10_000)).body.split("\n")

    contact = "张三  13800138000  zhangsan@example.com"
    assert lines[0] == "7 条新留言，1 条另有访客说了同样的话，1 条补充"
    assert lines[2] == f"· LM-2  {contact}，另有 3 位访客说了同样的话：我想咨询一下产品价格"
    assert lines[3] == f"· 补充 LM-3  {contact}：订单 123"


def test_a_digest_of_what_was_said_again_has_nothing_new() -> None:
    said = parcel(notice(others=1), notice(others=2), kind="digest", total=2, locale="en")

    assert compose(said, PLAIN, OWN, fits(10_000)).title == "2 messages that others wrote, too"


def test_an_addition_says_what_it_is_added_to_and_leads_there() -> None:
    more = {"kind": "more", "template": "新留言 {{message.content}}"}

    assert made(**more, notices=(notice(content="a\nb", added=True),)) == Draft(
        "补充 LM-7K3F9Q",
        "补充 LM-7K3F9Q\n> a\n> b\n\n· LM-7K3F9Q  张三  13800138000  zhangsan@example.com\n\n"
        f"查看并处理：{LINK}",
    )
    assert made(TITLED, **more, locale="en").title == "Addition to LM-7K3F9Q"


def test_only_the_words_of_an_addition_give_way() -> None:
    long = parcel(notice(content="长" * 500), kind="more")

    draft = compose(long, PLAIN, OWN, fits(200))

    assert len(draft.body) == 200
    assert "13800138000" in draft.body
    assert draft.body.endswith(LINK)


def test_one_is_one_in_english() -> None:
    one = {"locale": "en", "total": 1, "notices": (notice(),)}

    assert made(kind="digest", **one).title == "1 new message"
    assert made(kind="repeat", **one).title == "1 more visitor wrote the same"


def test_an_alert_says_what_it_says() -> None:
    draft = made(kind="alert", notices=(), text="飞书：19001")

    assert draft.body == f"通知渠道提醒\n飞书：19001\n\n打开留言列表：{INBOX}"


def test_a_neutral_notice_leads_to_the_message() -> None:
    assert made(neutral=True).body == (
        f"新留言 LM-7K3F9Q（内容未通过平台审核，请到后台查看）\n\n查看并处理：{LINK}"
    )


def test_marks_stand_in_front() -> None:
    assert made(maybe_repeat=True).body.startswith("【可能重复】\n新 LM")
    assert made(TITLED, kind="test", maybe_repeat=True).title == "【测试】【可能重复】新 LM-7K3F9Q"


def test_it_speaks_english() -> None:
    said = [
        made(locale="en", kind=kind, total=3, text="x").body.split("\n")[0]
        for kind in ("digest", "repeat", "alert")
    ]

    assert said == [
        "3 new messages",
        "3 more visitors wrote the same",
        "About your channels",
    ]


def test_without_a_link_there_is_no_line_for_it() -> None:
    bare = parcel(notice(link=""), kind="alert", text="x", inbox_link="")

    assert compose(bare, PLAIN, OWN, fits(100)).body == "通知渠道提醒\nx"


def test_a_reminder_says_what_still_waits_alone_and_in_a_digest() -> None:
    alone = made(kind="reminder", template="新留言 {{message.content}}")
    assert alone.title == "仍待处理：LM-7K3F9Q"
    assert "我想咨询一下产品价格" in alone.body
    assert made(kind="reminder", locale="en").title == "Still waiting: LM-7K3F9Q"

    both = parcel(notice(), notice(reminded=True), kind="digest", total=2)
    draft = compose(both, PLAIN, OWN, fits(10_000))
    assert draft.title == "1 条新留言，1 条提醒"
    assert "仍待处理：LM-7K3F9Q" in draft.body


SAID = Announcement("日报", (Line("新留言 3", LINK), Line("待处理 <2>")))


def test_an_announcement_leads_to_its_lists_where_links_have_markup() -> None:
    markup = Style(escape=lambda said: said.replace("<", "&lt;"), link="[{label}]({url})")
    found = made(markup, kind="report", announcement=SAID)
    assert found.title == "日报"
    assert found.body == f"日报\n· [新留言 3]({LINK})\n· 待处理 &lt;2>\n\n[打开概览]({INBOX})"
    plain = made(kind="report", announcement=SAID)
    assert plain.body == f"日报\n· 新留言 3\n· 待处理 <2>\n\n打开概览：{INBOX}"
    mail = made(Style(lists_links=True, titled=True), kind="report", announcement=SAID)
    assert mail.body.startswith(f"· 新留言 3\n  {LINK}\n· 待处理 <2>")


def test_an_announcement_has_as_many_lines_as_fit() -> None:
    many = Announcement("日报", tuple(Line(f"line {n}") for n in range(50)))
    found = made(limit=200, kind="report", announcement=many)
    assert "· line 0" in found.body
    assert "还有 35 条" in found.body
    assert len(found.body) <= 200
    assert made(limit=5, kind="report", announcement=many).title == "日报"


def with_taps(n: int) -> list[Notice]:
    """Messages with four links of 120 characters each, as they are."""
    acts = {"claim": "认领", "handle": "已处理", "reply": "回复", "spam": "垃圾"}
    return [
        notice(
            reference=f"LM-{place}",
            taps=tuple(
                Tap(act, label, f"https://desk.example/t/{act}{place}".ljust(120, "x"))
                for act, label in acts.items()
            ),
        )
        for place in range(n)
    ]


def test_each_message_of_a_digest_has_its_links_while_all_have_room() -> None:
    linked = Style(link="[{label}]({url})", item="> {}")
    few = compose(parcel(*with_taps(2), kind="digest", total=2), linked, OWN, fits(4000)).body
    lines = few.splitlines()
    assert lines[1].startswith("> LM-0  张三")
    assert lines[2].startswith("> [认领](https://desk.example/t/claim0xxx")
    assert [lines[4].count(f"/t/{act}1") for act in ("claim", "handle", "reply", "spam")] == [1] * 4
    counts = {}
    for n in (6, 10, 20):
        said = parcel(*with_taps(n), kind="digest", total=n)
        body = compose(said, linked, OWN, fits(4000)).body
        counts[n] = body.count("/t/")
        assert (body.count("> LM-"), body.count(INBOX)) == (n, 1)
    # All four, then claiming and handling, then the list alone.
    assert counts == {6: 24, 10: 20, 20: 0}


def test_links_stand_in_a_digest_as_its_format_writes_them() -> None:
    said = parcel(*with_taps(1), kind="digest", total=1)
    assert "/t/" not in compose(said, PLAIN, OWN, fits(4000)).body
    listed = compose(said, Style(lists_links=True), OWN, fits(4000)).body
    assert "\n  认领：https://desk.example/t/claim0" in listed
    buttons = Style(link="", tap="[{label}]({url})", titled=True)
    assert (
        "\n  [认领](https://desk.example/t/claim0" in compose(said, buttons, OWN, fits(4000)).body
    )
    repeated = parcel(*with_taps(2), kind="repeat", total=2)
    assert "/t/" not in compose(repeated, buttons, OWN, fits(4000)).body
