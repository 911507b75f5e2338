"""Where an address is, by the operator's files, which may be of either structure, or broken."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from app.reading.regions import NOWHERE, File, Region, Regions, Unreadable
from tests import regions

SHENZHEN = Region(country="中国", province="广东省", city="深圳市", operator="电信")
V4 = {
    "1.2.3.0/24": "中国|广东省|深圳市|电信|CN",
    "1.2.4.0/25": "中国|北京|北京市|0|CN",
    "1.2.4.128/25": "Australia|Queensland|Brisbane|0|AU",
    "20.0.0.0/9": "United States|0|0|0|US",
    "36.0.0.0/16": "",
    "10.0.0.0/8": "0|0|0|内网IP|内网IP",
}


def test_each_network_to_its_ends_and_nothing_else(tmp_path: Path) -> None:
    found = Regions((regions.write(tmp_path / "4.xdb", V4),))
    for address in ("1.2.3.0", "1.2.3.9", "1.2.3.255", "::ffff:1.2.3.4"):
        assert found.find(address) == SHENZHEN
    assert found.find("1.2.3.7").words == "广东省 深圳市 电信"
    assert found.find("1.2.4.127").words == "北京 北京市"
    assert found.find("1.2.4.128").words == "Australia Queensland Brisbane"
    assert {found.find(each).words for each in ("20.0.0.0", "20.127.255.255")} == {"United States"}
    for address in ("1.2.2.255", "1.2.5.0", "20.128.0.0", "36.0.0.1", "240e:3b7::1", "", "nothing"):
        assert found.find(address) == NOWHERE
    assert found.find("10.0.0.1") == NOWHERE, "private"
    assert Regions().find("1.2.3.4") == NOWHERE


def test_the_older_structure_has_the_area_between_country_and_province(tmp_path: Path) -> None:
    old = {"1.2.3.0/24": "中国|0|广东省|深圳市|电信", "1.2.4.0/24": "中国|广东省|深圳市|电信|CN"}
    found = Regions((regions.write(tmp_path / "2.xdb", old, structure=2),))
    assert found.find("1.2.3.4") == SHENZHEN
    assert found.find("1.2.4.4") == SHENZHEN, "newer texts in the older structure"


def test_a_file_of_each_version_of_the_protocol(tmp_path: Path) -> None:
    v6 = {
        "240e:3b7::/32": "中国|广东省|深圳市|电信|CN",
        "2604:a840::/32": "United States|0|0|xTom|US",
    }
    paths = (regions.write(tmp_path / "4", V4), regions.write(tmp_path / "6", v6))
    found = Regions(paths)
    assert found.find("240e:3b7:ffff::1") == found.find("1.2.3.4") == SHENZHEN
    assert found.find("2604:a840:3::a04d").words == "United States xTom"
    assert found.find("240e:3b8::1") == NOWHERE


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda data: b"", "is too short for a file of ip2region"),
        (lambda data: data[:-1], "is cut off"),
        (lambda data: b"\t\0" + data[2:], "is no xdb file of structure 2 or 3"),
        (lambda data: data[:16] + b"\5\0" + data[18:], "is for neither IPv4 nor IPv6"),
        (lambda data: b"PK\3\4" * 200_000, "is no xdb file of structure 2 or 3"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, change: object, fault: str) -> None:
    whole = regions.write(tmp_path / "4", V4)
    assert callable(change)
    whole.write_bytes(change(whole.read_bytes()))
    with pytest.raises(Unreadable, match=fault):
        File(whole)


def test_pointers_that_lead_nowhere_are_no_error(tmp_path: Path) -> None:
    path = regions.write(tmp_path / "4", V4)
    data = bytearray(path.read_bytes())
    struct.pack_into("<II", data, 256 + (1 * 256 + 2) * 8, 2**32 - 2, 2**32 - 1)
    struct.pack_into("<II", data, 256 + (36 * 256) * 8, len(data) - 3, len(data) + 5_000)
    path.write_bytes(data)
    found = Regions((path,))
    assert found.find("1.2.3.4") == found.find("36.0.0.1") == NOWHERE
