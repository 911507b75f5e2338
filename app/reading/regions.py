"""Where an address is, by files of ip2region that the operator provides: country, province, city
and network operator. https://github.com/lionsoul2014/ip2region (binding/python) has the format."""

from __future__ import annotations

import functools
import ipaddress
import re
import struct
from pathlib import Path

import msgspec

HEADER_LENGTH = 256
VECTOR_LENGTH = 256 * 256 * 8
HEADER = struct.Struct("<HHIIIHH")
POINTERS = struct.Struct("<II")
PLACE = struct.Struct("<HI")
STRUCTURES = (2, 3)
REMEMBERED = 4096
COUNTRY = re.compile("[A-Z]{2}")
NONE = {"", "0"}
HOME = "中国"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says; empty where it says nothing."""

    country: str = ""
    province: str = ""
    city: str = ""
    operator: str = ""

    @property
    def words(self) -> str:
        """In one line, without the country at home and without what is said twice."""
        country = "" if self.country == HOME and self.province else self.country
        parts = [country, self.province, self.city, self.operator]
        return " ".join(dict.fromkeys(part for part in parts if part))


NOWHERE = Region()


class Unreadable(Exception):
    """The text says what is wrong with the file, and what to do."""


class File:
    """One file, of IPv4 or of IPv6. It is read whole: a file that is mapped into memory and then
    overwritten would end the process. Raises Unreadable and OSError."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        if len(self._data) <= HEADER_LENGTH + VECTOR_LENGTH:
            raise Unreadable("is too short for a file of ip2region")
        found = HEADER.unpack_from(self._data)
        structure, _, _, first, last, version, _ = found
        if structure not in STRUCTURES:
            raise Unreadable("is no xdb file of structure 2 or 3")
        self.version = version if structure > 2 else 4
        if self.version not in {4, 6}:
            raise Unreadable("is for neither IPv4 nor IPv6")
        self._structure = structure
        self._width = 4 if self.version == 4 else 16
        self._size = 2 * self._width + PLACE.size
        whole = HEADER_LENGTH + VECTOR_LENGTH <= first <= last <= len(self._data) - self._size
        if not whole:
            raise Unreadable("is cut off")

    def find(self, address: Address) -> Region:
        """NOWHERE for what the file does not know, and for a file that is broken there."""
        packed = address.packed
        start, end = POINTERS.unpack_from(
            self._data, HEADER_LENGTH + (packed[0] * 256 + packed[1]) * POINTERS.size
        )
        wanted, low, high = int(address), 0, (end - start) // self._size - 1
        if not start or start + (high + 1) * self._size > len(self._data):
            return NOWHERE
        while low <= high:
            middle = (low + high) // 2
            at = start + middle * self._size
            if wanted < self._number(at):
                high = middle - 1
            elif wanted > self._number(at + self._width):
                low = middle + 1
            else:
                return self._region(*PLACE.unpack_from(self._data, at + 2 * self._width))
        return NOWHERE

    def _number(self, at: int) -> int:
        packed = self._data[at : at + self._width]
        return int.from_bytes(packed, "little" if self.version == 4 else "big")

    def _region(self, length: int, place: int) -> Region:
        text = self._data[place : place + length].decode(errors="replace")
        parts = ["" if each in NONE else each for each in text.split("|")]
        # Structure 2: country, area, province, city, operator. Since then: country, province,
        # city, operator, and the country as two letters; some of both have neither.
        old = self._structure == 2 and not COUNTRY.fullmatch(parts[-1])
        if len(parts) == 5 and old:
            del parts[1]
        country, province, city, operator = [*parts, "", "", "", ""][:4]
        return Region(country=country, province=province, city=city, operator=operator)


class Regions:
    """The files that are used, one for each version of the protocol; false without any. Raises
    Unreadable and OSError."""

    def __bool__(self) -> bool:
        return bool(self._files)

    def __init__(self, paths: tuple[Path, ...] = ()) -> None:
        self._files = {file.version: file for file in map(File, paths)}
        self.find = functools.lru_cache(maxsize=REMEMBERED)(self._find)

    def _find(self, text: str) -> Region:
        """NOWHERE for addresses that are no public ones."""
        if not self._files:
            return NOWHERE
        try:
            # Of a network, its first address: the files know no smaller places.
            address: Address = ipaddress.ip_address(text.partition("/")[0])
        except ValueError:
            return NOWHERE
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        file = self._files.get(address.version)
        return file.find(address) if file and address.is_global else NOWHERE


NO_REGIONS = Regions()
"""Knows nothing."""
