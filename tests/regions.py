"""A small xdb file of ip2region, in the format of its structure 2 or 3.

https://github.com/lionsoul2014/ip2region/blob/master/binding/python/ip2region/util.py says how it
is read: a header of 256 bytes, a vector of 256 × 256 pairs of pointers (by the first two bytes of
an address), texts, and segments (first and last address, length and place of the text). Numbers are
little endian, the addresses of IPv6 big endian.
"""

from __future__ import annotations

import ipaddress
import struct
from pathlib import Path

HEADER, VECTOR = 256, 256 * 256 * 8


def write(path: Path, regions: dict[str, str], *, structure: int = 3) -> Path:
    """`regions` are texts by network, like {"1.2.3.0/24": "中国|广东省|深圳市|电信|CN"}."""
    networks = sorted(map(ipaddress.ip_network, regions), key=lambda each: int(each[0]))
    v6 = networks[0].version == 6
    texts, places = bytearray(), {}
    for name, text in regions.items():
        data = text.encode()
        places[ipaddress.ip_network(name)] = (len(data), HEADER + VECTOR + len(texts))
        texts += data
    start = HEADER + VECTOR + len(texts)
    vector, segments = bytearray(VECTOR), bytearray()
    for network in networks:
        for part in _parts(network):
            first, last = part[0].packed, part[-1].packed
            row = (first[0] * 256 + first[1]) * 8
            here = start + len(segments)
            segments += (first + last) if v6 else (first[::-1] + last[::-1])
            segments += struct.pack("<HI", *places[network])
            begun = struct.unpack_from("<I", vector, row)[0] or here
            struct.pack_into("<II", vector, row, begun, start + len(segments))
    size = 38 if v6 else 14
    head = struct.pack("<HHIII", structure, 1, 0, start, start + len(segments) - size)
    if structure >= 3:
        head += struct.pack("<HH", 6 if v6 else 4, 4)
    path.write_bytes(head.ljust(HEADER, b"\0") + vector + texts + segments)
    return path


def _parts(
    network: ipaddress.IPv4Network | ipaddress.IPv6Network,
) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """No segment is longer than the row of the vector that leads to it."""
    return list(network.subnets(new_prefix=16)) if network.prefixlen < 16 else [network]
