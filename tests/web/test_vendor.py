"""What is vendored is what the manifest says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tools import vendor
from web.http import assets


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(vendor.VENDOR, tmp_path / "vendor"))


def test_nothing_was_touched() -> None:
    assert vendor.main(["--check"]) == 0


def test_one_changed_byte_is_seen(copy: Path) -> None:
    bundle = copy / "htmx-4.0.1" / "htmx.bundle.js"
    bundle.write_bytes(bundle.read_bytes() + b" ")

    assert vendor.faults(copy) == ["htmx-4.0.1/htmx.bundle.js: differs from SHA256SUMS"]


def test_a_file_from_nowhere_is_seen(copy: Path) -> None:
    (copy / "htmx-4.0.1" / "more.js").write_text("alert(1)")

    assert vendor.faults(copy) == ["htmx-4.0.1/more.js: not in MANIFEST.toml"]


def test_a_missing_licence_is_seen(copy: Path) -> None:
    (copy / "lucide-1.62.0" / "LICENSE").unlink()

    assert vendor.faults(copy) == ["lucide-1.62.0/LICENSE: missing"]


def test_every_extension_is_in_the_one_file() -> None:
    bundle = (assets.FOLDER / "vendor/htmx-4.0.1/htmx.bundle.js").read_text()

    for name in ("sse", "preload", "ptag"):
        assert f'registerExtension("{name}"' in bundle
    assert "sourceMappingURL" not in bundle
