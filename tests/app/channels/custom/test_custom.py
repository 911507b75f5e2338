"""The custom webhook: the request, the signature, what the receiver's answer means."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest
from standardwebhooks import Webhook

from app.channels import custom, signatures
from app.channels.curl import as_curl
from app.egress.client import Client
from app.errors import Invalid, SendError
from tests.app.channels.things import INBOX, LINK, notice, parcel, robot
from tests.fakes.vendors import FakeVendors

NEW = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
OLD = "whsec_b2xkLXNpZ25pbmctc2VjcmV0LTMyLWJ5dGVzLWxvbmc="
URL = "https://receiver.example/hook"


async def test_the_body_is_the_unified_format_byte_for_byte(
    fakes: FakeVendors, egress: Client
) -> None:
    await robot("custom", fakes.add_hook("h")).send(parcel(), egress)

    [call] = fakes.calls()
    assert hashlib.sha256(call.raw).hexdigest()[:16] == "e55515a729f34ee9"
    assert call.method == "POST"
    assert call.header("content-type") == "application/json; charset=utf-8"


async def test_exactly_these_headers_are_sent(fakes: FakeVendors, egress: Client) -> None:
    headers = {"X-Own": "1", "content-type": "application/vnd.desk+json"}
    await robot("custom", fakes.add_hook("h"), headers=headers).send(parcel(), egress)

    [call] = fakes.calls()
    assert sorted(name.lower() for name, _ in call.headers) == [
        *("accept", "accept-encoding", "connection", "content-length", "content-type", "host"),
        *("idempotency-key", "leavemsg-attempt", "leavemsg-kind", "user-agent"),
        *("webhook-id", "webhook-timestamp", "x-own"),
    ]
    assert call.header("content-type") == "application/vnd.desk+json"
    assert call.header("webhook-id") == call.header("idempotency-key") == "0190a5b0"


async def test_put_can_be_chosen(fakes: FakeVendors, egress: Client) -> None:
    await robot("custom", fakes.add_hook("h"), method="PUT").send(parcel(), egress)

    assert fakes.calls()[0].method == "PUT"


@pytest.mark.parametrize("method", ["HEAD", "DELETE", "CONNECT", "POST /x HTTP/1.1\r\nA: b"])
def test_other_methods_are_refused(method: str) -> None:
    with pytest.raises(Invalid):
        robot("custom", URL, method=method)


def test_the_signature_is_the_standards() -> None:
    body = b'{"test": 2432232314}'

    assert (
        signatures.sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            body,
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@pytest.mark.parametrize(
    ("secret", "expected"),
    [
        (NEW, "v1,DeWhmTUpfPfA4PxCic0QrgUBhw5u2ZXtAzS3lr79yxg="),
        (OLD, "v1,GTGKKtkO1GYr4NYsS7WfZ8VD1fS8CyJJYBEnHyq8XUw="),
    ],
)
def test_the_reference_library_agrees_about_the_sample(secret: str, expected: str) -> None:
    body = robot("custom", URL).body(parcel())
    moment = dt.datetime.fromtimestamp(1705314600, dt.UTC)

    assert signatures.sign(secret, "msg_01HM6Z3V0W8YQK4T2N5R7J9XBC", 1705314600, body) == expected
    assert Webhook(secret).sign("msg_01HM6Z3V0W8YQK4T2N5R7J9XBC", moment, body.decode()) == expected


def test_another_writing_of_the_same_json_has_another_signature() -> None:
    body = robot("custom", URL).body(parcel())
    escaped = json.dumps(json.loads(body), separators=(",", ":")).encode()

    assert len(escaped) == 310
    assert signatures.sign(NEW, "msg_01HM6Z3V0W8YQK4T2N5R7J9XBC", 1705314600, escaped) == (
        "v1,PmFCdxNdtV4cX+1TbEyZs5rvM/bWnXnwOM4evOQcTg4="
    )


async def test_the_header_of_a_change_is_the_new_signature_and_the_old(
    fakes: FakeVendors, egress: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(custom, "time", SimpleNamespace(time=lambda: 1705314600))
    options = {"signing_secret": NEW, "previous_signing_secret": OLD}

    await robot("custom", fakes.add_hook("h"), **options).send(
        parcel(id="msg_01HM6Z3V0W8YQK4T2N5R7J9XBC"), egress
    )

    assert fakes.calls()[0].header("webhook-signature") == (
        "v1,DeWhmTUpfPfA4PxCic0QrgUBhw5u2ZXtAzS3lr79yxg= "
        "v1,GTGKKtkO1GYr4NYsS7WfZ8VD1fS8CyJJYBEnHyq8XUw="
    )


async def test_while_secrets_change_both_sign(fakes: FakeVendors, egress: Client) -> None:
    for registered in (NEW, OLD):
        url = fakes.add_hook("h", secret=registered)
        sender = robot("custom", url, signing_secret=NEW, previous_signing_secret=OLD)
        await sender.send(parcel(), egress)

    assert [call.signature_ok for call in fakes.calls()] == [True, True]


async def test_a_repeat_is_the_same_but_for_the_time(
    fakes: FakeVendors, egress: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = robot("custom", fakes.add_hook("h", [500, 500, 200], secret=NEW), signing_secret=NEW)
    for attempt in (1, 2, 3):
        now = fakes.clock.time()
        monkeypatch.setattr(custom, "time", SimpleNamespace(time=lambda now=now: now))
        try:
            await sender.send(parcel(attempt=attempt), egress)
        except SendError:
            fakes.clock.advance(60)

    report = fakes.hook_report("h")["0190a5b0"]
    assert (report.attempts, report.distinct_timestamps) == (3, 3)
    assert (report.bodies_identical, report.signatures_ok) == (True, True)


def test_every_fault_is_named_at_once(egress: Client) -> None:
    headers = {**{f"X-{n}": "1" for n in range(20)}, "X-Tür": "1", "a/b~c": "1"}
    sender = robot(
        "custom",
        "http://127.0.0.9/",
        headers=headers,
        signing_secret="whsec_short",
        previous_signing_secret="nonsense",
        body_template='{"a": "{{visitor.nmae}}"}',
    )

    with pytest.raises(Invalid) as caught:
        sender.check(egress)

    assert [p.pointer for p in caught.value.problems] == [
        *("/webhook_url", "/headers", "/headers/X-Tür", "/headers/a~1b~0c", "/signing_secret"),
        *("/previous_signing_secret", "/body_template"),
    ]


def test_a_secret_of_ours_can_be_used(egress: Client) -> None:
    secret = signatures.new_secret()

    robot("custom", URL, signing_secret=secret).check(egress)

    assert secret != signatures.new_secret()


def test_a_login_in_the_address_becomes_a_header() -> None:
    sender = robot("custom", "https://user:p%40ss@receiver.example/hook")

    assert sender.webhook_url == URL
    assert sender.headers == {"Authorization": "Basic dXNlcjpwQHNz"}


def test_a_backslash_in_a_login_is_not_read_past(egress: Client) -> None:
    found = robot("custom", "https://receiver.example\\@other.example/").faults(egress)

    assert [each.code for each in found] == ["url_characters"]


def test_an_own_template_makes_the_body() -> None:
    sender = robot("custom", URL, body_template='{"text": "{{visitor.name}}: {{message.content}}"}')

    assert sender.body(parcel(notice(name='"}'))) == (
        '{"text":"\\"}: 我想咨询一下产品价格"}'.encode()
    )


def test_the_starting_template_makes_the_unified_format() -> None:
    plain, sender = robot("custom", URL), robot("custom", URL, body_template=custom.STARTER)

    assert sender.body(parcel()) == plain.body(parcel())
    assert plain.default_template("en") == custom.STARTER


@pytest.mark.parametrize("template", ["{", "[" * 5000, "{{visitor.name}}", "1e999"])
def test_a_broken_template_never_loses_a_message(template: str) -> None:
    sender = robot("custom", URL)

    assert sender.body(parcel(template=template)) == sender.body(parcel())


def test_a_digest_lists_what_it_covers() -> None:
    body = robot("custom", URL, digest=True).body(parcel(kind="digest", total=40))

    said = msgspec.json.decode(body)
    assert (said["type"], said["total"], said["link"]) == ("leave_message_digest", 40, INBOX)
    assert [each["type"] for each in said["messages"]] == ["leave_message"]


def test_digests_are_the_receivers_choice() -> None:
    assert not robot("custom", URL).takes_digests()
    assert robot("custom", URL, digest=True).takes_digests()


def test_the_preview_is_the_body_for_people() -> None:
    sender = robot("custom", URL)

    assert json.loads(sender.preview(parcel())) == json.loads(sender.body(parcel()))
    assert sender.preview(parcel()).startswith('{\n  "type"')


@pytest.mark.parametrize("status", [301, 307, 308])
async def test_where_a_redirect_leads_is_told_without_its_token(
    status: int, fakes: FakeVendors, egress: Client
) -> None:
    new = "https://new.example/in/5ec2e75ec2e75ec2e7?token=canary-one&sig=canary-two"
    moved = {"status": status, "headers": {"Location": new}, "body": f"Moved: {new}"}
    sender = robot("custom", fakes.add_hook("crm", answers=[moved]))

    with pytest.raises(SendError) as caught:
        await sender.send(parcel(), egress)

    told = f"{caught.value.facts} {caught.value.response} {caught.value.message}"
    assert "new.example/in/" in caught.value.facts["location"]
    assert not [secret for secret in ("canary", "5ec2e75e") if secret in told]


async def test_a_form_carries_the_same_as_fields(fakes: FakeVendors, egress: Client) -> None:
    url = fakes.add_hook("h", secret=NEW)
    sender = robot("custom", url, encoding="form", signing_secret=NEW)

    await sender.send(parcel(), egress)

    [call] = fakes.calls()
    assert call.header("content-type") == "application/x-www-form-urlencoded; charset=utf-8"
    fields = dict(parse_qsl(call.raw.decode(), keep_blank_values=True))
    assert (fields["type"], fields["visitor[name]"]) == ("leave_message", "张三")
    assert fields["message[content]"] == "我想咨询一下产品价格"
    assert call.signature_ok


async def test_a_get_carries_all_of_it_in_its_signed_query(
    fakes: FakeVendors, egress: Client
) -> None:
    url = fakes.add_hook("h", secret=NEW) + "?key=k1"
    template = '{"text": "{{visitor.name}}: {{message.content}}", "level": 2}'
    sender = robot("custom", url, method="GET", signing_secret=NEW, body_template=template)

    await sender.send(parcel(notice(content="a&b=c 中")), egress)

    [call] = fakes.calls()
    assert (call.method, call.raw, call.header("content-type")) == ("GET", b"", None)
    assert dict(call.query) == {"key": "k1", "text": "张三: a&b=c 中", "level": "2"}
    assert call.signature_ok


def test_what_does_not_fit_into_an_address_is_cut_and_the_link_is_whole() -> None:
    sender = robot("custom", URL, method="GET", body_template=FITS)

    written = sender.written(parcel(notice(content="很长的话" * 3000)))

    assert written is not None
    assert len(written.address) <= 8000
    fields = dict(parse_qsl(written.query))
    assert fields["link"] == LINK
    assert fields["text"].endswith("…")
    assert sender.size(parcel(notice(content="很长的话" * 3000)))[1] == 8000


FITS = '{"text": "{{message.content}}", "link": "{{message.link}}"}'


def test_a_template_that_cannot_fit_gives_way_to_the_standard_format() -> None:
    many = json.dumps({f"f{n}": f"{n} {{{{message.content}}}}" for n in range(90)})
    sender = robot("custom", URL, method="GET", body_template=many)

    written = sender.written(parcel(notice(content="很长的话" * 50)))

    assert written is not None
    assert dict(parse_qsl(written.query))["type"] == "leave_message"


def test_a_list_of_the_kinds_template_gives_way_where_fields_have_names() -> None:
    sender = robot("custom", URL, encoding="form")

    assert "type = leave_message" in sender.preview(parcel(template='["{{visitor.name}}"]'))


def test_what_a_form_or_a_get_cannot_do_is_refused_with_its_place(egress: Client) -> None:
    def problems(**options: Any) -> list[tuple[str, str]]:
        found = robot("custom", URL, **options).faults(egress)
        return [(each.pointer, each.code) for each in found]

    json_header = {"Content-Type": "application/json"}
    form_header = {"content-type": "application/x-www-form-urlencoded"}
    assert problems(encoding="form", headers=json_header) == [
        ("/headers/Content-Type", "header_encoding")
    ]
    assert problems(encoding="form", headers=form_header) == []
    assert problems(method="GET", headers=json_header) == []
    assert problems(method="GET", digest=True) == [("/digest", "no_room")]
    assert problems(encoding="form", body_template="[1]") == [
        ("/body_template", "form_needs_object")
    ]
    assert problems(body_template="[1]") == []


def test_a_get_waits_for_each_message() -> None:
    assert not robot("custom", URL, method="GET").takes_digests()
    assert robot("custom", URL, encoding="form", digest=True).takes_digests()


def test_a_form_is_previewed_field_by_field() -> None:
    sender = robot("custom", URL, encoding="form", body_template='{"text": "{{visitor.name}}"}')

    assert sender.preview(parcel()) == "text = 张三"


def test_the_command_shows_the_request_without_its_keys() -> None:
    headers = {"Authorization": "Bearer 5ec2e75ec2e7"}
    sender = robot("custom", f"{URL}?key=5ec2e7", headers=headers)
    written = sender.written(parcel())

    assert written is not None
    shown = as_curl(written, sender.secrets())
    assert "5ec2e7" not in shown
    assert "https://receiver.example/hook?key=" in shown
    assert "张三" in shown
