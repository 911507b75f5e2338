"""Only what the trusted server says of a sender counts."""

from __future__ import annotations

from app.mail.read.mail import read

PROVEN, FORGED, UNKNOWN = (True, False), (False, True), (False, False)
CASES = (
    ("mx.shop; dmarc=pass header.from=b.cn", PROVEN),
    ("mx.shop; spf=pass smtp.mailfrom=b.cn; dkim=none", PROVEN),
    ("mx.shop; dkim=pass header.d=b.cn; spf=fail smtp.mailfrom=x.cn", PROVEN),
    ("mx.shop; dkim=pass (good) header.i=@mail.b.cn", PROVEN),
    ("mx.shop; spf=pass smtp.mailfrom=evil.cn", UNKNOWN),
    ("mx.shop; dmarc=pass (p=none) header.from=mail.b.cn", PROVEN),
    ("mx.shop; dmarc=pass", PROVEN),
    ("mx.shop; dmarc=pass header.from=evil.cn; spf=pass smtp.mailfrom=evil.cn", FORGED),
    ("mx.shop; dmarc=fail header.from=b.cn; spf=pass smtp.mailfrom=b.cn", FORGED),
    ("mx.shop; spf=softfail smtp.mailfrom=b.cn", FORGED),
    ("mx.shop; none", UNKNOWN),
    ("mx.evil; dmarc=pass header.from=b.cn", UNKNOWN),
    ("mx.shop (dmarc=pass); spf=fail smtp.mailfrom=b.cn", FORGED),
)


def test_verdicts() -> None:
    for header, verdict in CASES:
        mail = read(
            f"Authentication-Results: {header}\r\nFrom: a@b.cn\r\n\r\nhi".encode(), server="mx.shop"
        )
        assert (mail.proven, mail.forged) == verdict, header


def test_what_stands_below_the_servers_own_is_not_believed() -> None:
    raw = (
        b"Authentication-Results: mx.shop; dmarc=fail\r\n"
        b"Authentication-Results: mx.shop; dmarc=pass\r\nFrom: a@b.cn\r\n\r\nhi"
    )
    assert read(raw, server="mx.shop").forged
    assert not read(raw).forged
