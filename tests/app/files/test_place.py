"""The address of a bucket."""

from __future__ import annotations

import pytest

from app.files.place import Place, parse


def test_it_is_read_with_its_key_and_shows_no_secret() -> None:
    found = parse("s3://AK:s%2Fe%2Bc@oss-cn-hangzhou.aliyuncs.com/photos/desk?style=virtual")
    assert found == Place(
        endpoint="https://photos.oss-cn-hangzhou.aliyuncs.com",
        bucket="photos",
        prefix="desk",
        key="AK",
        secret="s/e+c",
        region="us-east-1",
        virtual=True,
    )
    assert "s/e+c" not in repr(found)
    here = parse("s3+http://a:b@127.0.0.1:9000/photos?region=x")
    assert here is not None
    assert (here.endpoint, here.region, here.prefix) == ("http://127.0.0.1:9000", "x", "")
    assert parse("") is None


@pytest.mark.parametrize(
    "text",
    [
        "https://a:b@host/photos",
        "s3://host/photos",
        "s3://a@host/photos",
        "s3://a:b@host",
        "s3://a:b@host/UPPER",
        "s3://a:b@host/photos?style=odd",
        "s3://a:b@host/photos?reigon=x",
        "s3://a:b@host:port/photos",
        "s3://a:b@[host/photos",
    ],
)
def test_others_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)
