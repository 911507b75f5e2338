"""Whether a message is blocked. Pure: whoever asks has read what there is to know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

import msgspec

from app.blocks.shape import Block
from app.reading import emails, phones, wechats
from app.reading.networks import Network, network_of
from app.text import folded


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """What blocks are compared with; `text` is all that was written in free words."""

    phone: str = ""
    email: str = ""
    wechat: str = ""
    ip: str = ""
    text: str = ""


def sender_in(block: Block) -> Sender:
    """Somebody of whom only what the entry names is known."""
    return Sender(**{block.kind: block.text})


class Caught(msgspec.Struct, frozen=True):
    """The entry that catches a message; of words, `text` is the one that was found."""

    block: str
    kind: str
    text: str
    reason: str


class Matcher:
    """Entries made ready: what is named exactly is looked up, whatever the length of the list."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._named: dict[str, list[Block]] = {}
        self._kinds: set[str] = set()
        """Of those that are named: of what nobody is blocked by, nothing is read."""
        self._networks: list[tuple[Network, Block]] = []
        self._words: list[tuple[str, str, Block]] = []
        for block in blocks:
            self.add(block)

    def add(self, block: Block) -> None:
        if block.kind == "words":
            lines = block.text.split("\n")
            self._words += [(word, line, block) for line in lines if (word := folded(line))]
            return
        network = network_of(block.text) if block.kind == "ip" else None
        if network is not None and network.prefixlen < network.max_prefixlen:
            self._networks.append((network, block))
            return
        self._kinds.add(block.kind)
        for name in _named(block, network):
            self._named.setdefault(name, []).append(block)

    @property
    def is_empty(self) -> bool:
        return not (self._named or self._networks or self._words)

    def caught(self, sender: Sender, now: dt.datetime) -> Caught | None:
        """By the first entry that holds: for a contact, the address, or words."""
        for name in _names(sender, self._kinds):
            for block in self._named.get(name, ()):
                if not block.is_over(now):
                    return _caught(block, block.text)
        if self._networks and (here := network_of(sender.ip)):
            for network, block in self._networks:
                same = network.version == here.version
                if same and here.network_address in network and not block.is_over(now):
                    return _caught(block, block.text)
        return self._by_word(sender.text, now) if self._words else None

    def _by_word(self, text: str, now: dt.datetime) -> Caught | None:
        seen = folded(text)
        for word, line, block in self._words:
            if word in seen and not block.is_over(now):
                return _caught(block, line)
        return None


def _named(block: Block, network: Network | None) -> Iterable[str]:
    """By what a sender is found who is meant."""
    if block.kind == "phone":
        return [f"reach {key}" for key in phones.keys(block.text)]
    if block.kind == "wechat":
        return [f"reach {key}" for key in wechats.keys(block.text)]
    if block.kind == "email":
        address = block.text if block.text.startswith("@") else emails.address(block.text)
        return [f"mail {address.casefold()}"]
    return [f"ip {network}"]


def _names(sender: Sender, kinds: Collection[str]) -> Iterable[str]:
    """By what entries of these kinds find the sender."""
    if "phone" in kinds or "wechat" in kinds:
        yield from (f"reach {key}" for key in wechats.with_phone(sender.phone, sender.wechat))
    if "email" in kinds and (address := emails.address(sender.email).casefold()):
        yield f"mail {address}"
        yield f"mail @{address.rpartition('@')[2]}"
    if "ip" in kinds and sender.ip:
        yield f"ip {network_of(sender.ip)}"


def _caught(block: Block, text: str) -> Caught:
    return Caught(block.uid, block.kind, text, block.reason)
