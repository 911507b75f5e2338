"""Signatures, against examples that the platforms publish."""

from __future__ import annotations

import datetime as dt

from app.channels.presets.signing import aliyun, basic

NOW = dt.datetime(2017, 7, 12, 2, 42, 19, tzinfo=dt.UTC)
FIELDS = {"access_key_id": "testId", "access_key_secret": "testSecret"}
PARAMETERS = {
    "Action": "SendSms",
    "Format": "XML",
    "OutId": "123",
    "PhoneNumbers": "15300000001",
    "RegionId": "cn-hangzhou",
    "SignName": "阿里云短信测试专用",
    "TemplateCode": "SMS_71390007",
    "TemplateParam": '{"customer":"test"}',
    "Version": "2017-05-25",
}


def test_alibabas_signature_is_that_of_its_example() -> None:
    """The example of its page on sending text messages, which asks for XML."""
    signed = aliyun(
        "GET", PARAMETERS, FIELDS, "45e25e9b-0a6f-4070-8c85-2956eda1b466", NOW
    ).parameters

    assert signed["Timestamp"] == "2017-07-12T02:42:19Z"
    assert signed["Signature"] == "zJDF+Lrzhj/ThnlvIToysFRq6t4="


def test_basic_is_rfc_7617s() -> None:
    signed = basic("POST", {}, {"account": "Aladdin", "token": "open sesame"}, "", NOW)

    assert signed.headers == {"Authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}
