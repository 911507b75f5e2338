"""Where backups are kept, as the operator writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.backup.address import parse
from app.files.place import Place

BUCKET = "s3://KEY:a%2Fb@oss.example.com/bucket/desk?region=cn-east-1"


def test_folders_and_buckets_stand_beside_each_other() -> None:
    folder, bucket = parse(f"/srv/backups, {BUCKET},")

    assert folder == Path("/srv/backups")
    assert isinstance(bucket, Place)
    assert (bucket.bucket, bucket.secret) == ("bucket", "a/b")
    assert parse("") == ()


@pytest.mark.parametrize("text", ["backups", "./backups", "ftp://host/folder", "s3://host/bucket"])
def test_what_could_be_anywhere_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)
