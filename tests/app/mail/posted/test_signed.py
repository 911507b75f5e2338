"""Passwords and signatures of providers."""

from __future__ import annotations

import base64

from app.mail.posted import signed
from tests.app.mail.posted.posts import PUBLIC, basic, mailgun, program, sendgrid

SECRET = "whsec_" + "a" * 44


def test_a_password_is_known_whatever_the_user_is_called() -> None:
    header = basic(SECRET)["authorization"]
    assert signed.password(header, ["other", SECRET])
    for wrong in (
        basic("")["authorization"],
        basic(SECRET + "x")["authorization"],
        f"Bearer {SECRET}",
        "Basic",
        "Basic !!",
        f"Basic {base64.b64encode(SECRET.encode()).decode()}",
    ):
        assert not signed.password(wrong, [SECRET]), wrong
    assert not signed.password(header, [])


def test_the_vector_of_standard_webhooks() -> None:
    """The example of the specification."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    name, at, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'
    good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signed.standard([secret], name, at, f"v1,bm8= {good}", body)
    for wrong in ("", "v1,", good.removeprefix("v1,"), f"v1a,{good[3:]}", good[:-2]):
        assert not signed.standard([secret], name, at, wrong, body), wrong
    assert not signed.standard([secret], name, at, good, body + b" ")
    assert not signed.standard([secret], name, "1614265331", good, body)


def test_a_secret_that_is_no_base64_is_a_key_as_it_stands() -> None:
    post = program("c2VjcmV0")
    given = [post.headers[f"webhook-{each}"] for each in ("id", "timestamp", "signature")]
    assert signed.standard(["secret"], given[0], given[1], given[2], post.body)


def test_mailgun_signs_time_and_token() -> None:
    body = mailgun("key", at=1700000000).body.decode()
    signature = body.split("signature=")[1].split("&")[0]
    assert signed.mailgun(["old", "key"], "1700000000", "t" * 50, signature.upper())
    assert not signed.mailgun(["key"], "1700000001", "t" * 50, signature)
    assert not signed.mailgun(["key"], "1700000000", "t" * 50, "")
    # As JSON may hold it.
    assert not signed.mailgun(["key"], "1700000000", "\ud800", signature)
    assert not signed.mailgun(["key"], "1700000000", "t" * 50, "\ud800")


def test_sendgrid_signs_time_and_body() -> None:
    post = sendgrid(signs=True)
    timestamp, signature = post.headers.values()
    armoured = f"-----BEGIN PUBLIC KEY-----\n{PUBLIC[:64]}\n{PUBLIC[64:]}\n-----END PUBLIC KEY-----"
    assert signed.sendgrid(armoured, timestamp, signature, post.body)
    assert not signed.sendgrid(PUBLIC, timestamp, signature, post.body + b"x")
    assert not signed.sendgrid(PUBLIC, timestamp, "no base64!", post.body)
    assert not signed.sendgrid("AAAA", timestamp, signature, post.body)


def test_only_times_near_now_count() -> None:
    assert signed.is_of("1000", 1000 + 60, 300)
    for wrong in ("", "600", "1x", "-5", "1e3", "9" * 40, "1000\n"):
        assert not signed.is_of(wrong, 1000, 300), wrong
