"""Whatever comes back: nothing is given up that no table names, nothing refused is called sent."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.channels import answers, outcomes
from app.channels.custom import answers as custom_answers
from app.channels.dingtalk import answers as dingtalk_answers
from app.channels.email import answers as smtp_answers
from app.channels.email.answers import Stage
from app.channels.feishu import answers as feishu_answers
from app.channels.kinds import KINDS
from app.channels.outcomes import Rule
from app.channels.sender import Acceptance
from app.channels.wecom import answers as wecom_answers
from app.channels.wecom_app import answers as wecom_app_answers
from app.deliveries import verdict
from app.deliveries.rows import DispatchRow
from app.egress import Answer
from app.errors import SendError
from tests.app.channels.things import URL, parcel

NOW = dt.datetime(2026, 11, 28, 8, 0, tzinfo=dt.UTC)
TABLES = {
    "wecom": wecom_answers.TABLE,
    "wecom_app": wecom_app_answers.TABLE,
    "dingtalk": dingtalk_answers.TABLE,
    "feishu": feishu_answers.TABLE,
}
LISTED = sorted({code for table in TABLES.values() for rule in table.rules for code in rule.codes})
FINAL = ("permanent_content", "permanent_config", "gone")
ENDS = ("gone", "permanent_config")
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32", "big5")

statuses = st.one_of(
    st.sampled_from([200, 200, 200, 201, 204, 429, 500, 503]), st.integers(100, 999)
)
codes = st.one_of(
    st.sampled_from([0, 0, 0, *LISTED]),
    st.integers(-(10**6), 10**6),
    st.integers(-(10**30), 10**30),
    st.sampled_from(["0", "00", "", "ok", "-1", "93000", "1e3", None, True, False, 0.5, [], {}]),
)
words = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["ok", "签名不匹配", "token is not exist", "quota", "太快", "title is null"]),
)
KEYS = ("errcode", "code", "StatusCode")
SAYING = ("errmsg", "msg", "message")


@st.composite
def objects(draw: st.DrawFn) -> str:
    """JSON with a code, as platforms write it or nearly so; keys may come twice."""
    pairs = draw(
        st.lists(st.tuples(st.sampled_from([*KEYS, *SAYING, "success", "data"]), codes | words))
    )
    pairs += [
        (draw(st.sampled_from(KEYS)), draw(codes)),
        (draw(st.sampled_from(SAYING)), draw(words)),
    ]
    if draw(st.booleans()):
        pairs.append(("n", draw(st.sampled_from([float("nan"), float("inf"), 10**400]))))
    return "{" + ",".join(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in pairs) + "}"


junk = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([b"", b"<html>", b"null", b"0", b"[0]", b"[" * 20_000, b'{"a":' * 9_000]),
    st.sampled_from([b"9" * 9_000, b'{"errcode":' + b"9" * 9_000 + b"}", b'{"errcode":1e999}']),
)


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    if draw(st.integers(0, 3)) == 0:
        return draw(junk)
    body = draw(objects()).encode(draw(st.sampled_from(ENCODINGS)), "replace")
    return body[: draw(st.integers(0, len(body)))] if draw(st.booleans()) else body


@st.composite
def received(draw: st.DrawFn) -> Answer:
    named = {"retry-after": "7", "x-ogw-ratelimit-reset": "9", "location": "https://x.example/"}
    headers = {name: named[name] for name in draw(st.sets(st.sampled_from(sorted(named))))}
    return Answer(draw(statuses), headers, draw(bodies()), draw(st.booleans()), 1)


def judged(answer: Answer, kind: str, **changes: Any) -> Acceptance | SendError:
    what = parcel(**changes)
    try:
        if kind == "custom":
            return custom_answers.acceptance(answer, URL["custom"], None, what, [])
        return answers.acceptance(answer, TABLES[kind], what, [])
    except SendError as error:
        found = error
    assert found.hint.format_map(found.facts)
    return found


def named(rules: tuple[Rule, ...], error: SendError) -> bool:
    code = int(error.code.removeprefix("http_"))
    return any(code in rule.codes and error.outcome in (rule.outcome, rule.then) for rule in rules)


def follows(error: SendError, kind: str) -> str:
    nobody = uuid.UUID(int=0)
    dispatch = DispatchRow(id=nobody, organization=nobody, channel=nobody, created_at=NOW)
    return verdict.of(error, dispatch, KINDS[kind], NOW).state


@pytest.mark.parametrize("kind", TABLES)
@given(answer=received(), attempt=st.integers(1, 11), plain=st.booleans())
@example(answer=Answer(504, {}, b'{"code":5}', False, 1), attempt=3, plain=False)
@example(answer=Answer(200, {}, b'{"errcode":1,"errcode":0}', False, 1), attempt=1, plain=True)
def test_whatever_a_platform_answers_only_its_table_ends_a_notice(
    kind: str, answer: Answer, attempt: int, plain: bool
) -> None:
    found = judged(answer, kind, attempt=attempt, fallback=plain)

    if isinstance(found, Acceptance):
        assert is_yes(answer, kind)
    elif found.outcome in FINAL:
        assert named(TABLES[kind].rules, found)
        assert answer.status not in (408, 425, 429)
        assert answer.status < 500 or answer.status > 599
    else:
        assert follows(found, kind) == "retry"


def is_yes(answer: Answer, kind: str) -> bool:
    """Read in the simplest way: every code that is written anywhere is a zero."""
    keys = [key for key, _ in TABLES[kind].keys]
    encoding = next((e for e in ENCODINGS if _is_json(answer.body, e)), "")
    pairs: list[tuple[str, Any]] = []
    json.loads(answer.body.decode(encoding), object_pairs_hook=lambda found: pairs.extend(found))
    said = [value for key, value in pairs if key in keys]
    zeros = all(str(v) == "0" and v is not False for v in said)
    return 200 <= answer.status < 300 and bool(said) and zeros


def _is_json(body: bytes, encoding: str) -> bool:
    try:
        return bool(json.loads(body.decode(encoding)))
    except ValueError:
        return False


@given(answer=received(), attempt=st.integers(1, 11))
@example(answer=Answer(200, {}, b'{"success":false}', False, 1), attempt=1)
def test_whatever_a_receiver_answers_only_a_listed_status_ends_a_notice(
    answer: Answer, attempt: int
) -> None:
    found = judged(answer, "custom", attempt=attempt)

    if isinstance(found, Acceptance):
        assert 200 <= answer.status < 300
    elif found.outcome in FINAL:
        assert named(outcomes.STATUSES, found)
    else:
        assert follows(found, "custom") == "retry"


@given(
    stage=st.sampled_from(get_args(Stage)),
    code=st.one_of(st.sampled_from([421, 450, 452, 535, 550, 552, 554]), st.integers(-1, 999)),
    said=words,
    attempt=st.integers(1, 11),
)
def test_whatever_a_mail_server_answers_only_its_table_ends_a_notice(
    stage: Stage, code: int, said: str, attempt: int
) -> None:
    facts = {"sender": "a@example.com", "recipient": "b@example.com"}
    error = smtp_answers.refusal(stage, code, said, parcel(attempt=attempt), [], facts)

    assert error.hint.format_map(error.facts)
    if error.outcome in FINAL:
        assert named(smtp_answers.RULES.get(stage, ()), error)
    else:
        assert follows(error, "email") == "retry"


@pytest.mark.parametrize(
    "rules",
    [
        outcomes.STATUSES,
        *(table.rules for table in TABLES.values()),
        *smtp_answers.RULES.values(),
    ],
)
def test_every_row_says_where_it_is_known_from(rules: tuple[Rule, ...]) -> None:
    assert all(rule.source and rule.hint for rule in rules)


@pytest.mark.parametrize("rules", [table.rules for table in TABLES.values()])
def test_no_row_hides_another(rules: tuple[Rule, ...]) -> None:
    for place, rule in enumerate(rules):
        for code in rule.codes:
            first = outcomes.find(rules, code, " ".join(rule.words))
            assert first is not None
            assert rules.index(first) <= place
            assert first is rule or first.words, code
