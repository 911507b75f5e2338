"""The fake store is as strict as the real ones."""

from __future__ import annotations

import httpx

from tests.fakes.s3 import FakeS3


async def test_who_does_not_sign_is_refused() -> None:
    async with FakeS3() as store, httpx.AsyncClient() as client:
        address = f"http://127.0.0.1:{store.port}/photos/x"
        forged = (
            "AWS4-HMAC-SHA256 Credential=AKFAKE/20261130/fake-east-1/s3/aws4_request, "
            f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}"
        )
        for headers in ({}, {"Authorization": "AWS AKFAKE:x"}, {"Authorization": forged}):
            assert (await client.put(address, content=b"x", headers=headers)).status_code == 403
        assert store.objects == {}
