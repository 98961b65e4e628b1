"""Texts by number, of which most are compressed: those of many rows take a fifth of their size."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, MutableMapping

import msgspec

_TOGETHER = 200  # texts that are compressed at a time: alike, and of some kilobytes
_decode = msgspec.msgpack.Decoder(dict[int, str | None]).decode


class PackedTexts(MutableMapping[int, "str | None"]):
    """Quick where texts are read in the order in which they came; the latest ones are as they are."""

    def __init__(self) -> None:
        self._latest: dict[int, str | None] = {}
        self._packs: list[bytes] = []
        self._pack_of: dict[int, int] = {}
        self._opened: tuple[int, dict[int, str | None]] = (-1, {})

    def __setitem__(self, number: int, text: str | None) -> None:
        self._pack_of.pop(number, None)
        self._latest[number] = text
        if len(self._latest) >= 2 * _TOGETHER:
            self._pack()

    def __getitem__(self, number: int) -> str | None:
        if number in self._latest:
            return self._latest[number]
        pack = self._pack_of[number]
        if self._opened[0] != pack:
            self._opened = pack, _decode(zlib.decompress(self._packs[pack]))
        return self._opened[1][number]

    def __delitem__(self, number: int) -> None:
        if number in self._latest:
            del self._latest[number]
        else:
            del self._pack_of[number]

    def __contains__(self, number: object) -> bool:
        return number in self._latest or number in self._pack_of

    def __iter__(self) -> Iterator[int]:
        yield from self._pack_of
        yield from self._latest

    def __len__(self) -> int:
        return len(self._latest) + len(self._pack_of)

    def _pack(self) -> None:
        together = {number: self._latest.pop(number) for number in list(self._latest)[:_TOGETHER]}
        self._pack_of.update(dict.fromkeys(together, len(self._packs)))
        self._packs.append(zlib.compress(msgspec.msgpack.encode(together), 1))
