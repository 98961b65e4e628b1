"""The texts that words are searched in, of a whole fleet: some 250 bytes a device, one long text per thousand."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ...persistence.table import DocumentTable
from ..device_facts import haystack
from ..listed_fields import ListedFields
from .device_values import FleetChange

_TOGETHER = 1000
_FEW = 10_000  # texts of changed devices, before everything is read again
_END = b"\n"  # no word has it


class _Texts(NamedTuple):
    """The texts of some devices, and where each begins, and ends."""

    ids: array[int]
    starts: array[int]
    text: bytes


class SearchTexts:
    """The texts, read when words are first searched, and again for devices that were written since."""

    def __init__(self, table: DocumentTable) -> None:
        self._table = table
        self._blocks: list[_Texts] | None = None
        self._changed: dict[int, bytes | None] = {}  # None: not read yet

    def forget(self) -> None:
        """Read all of them again when they are asked for."""
        self._blocks, self._changed = None, {}

    def follow(self, change: FleetChange) -> None:
        """Go along with a commit."""
        if self._blocks is None:
            return
        if len(self._changed) + len(change.written) > max(_FEW, len(self._blocks) * _TOGETHER // 10):
            self.forget()
        else:
            self._changed.update(dict.fromkeys(change.written))

    def find(self, ids: Sequence[int], words: Iterable[str]) -> set[int]:
        """The ids of the devices, of these: all that there are, whose texts have all the words, in lower case."""
        self._bring_up(ids)
        assert self._blocks is not None
        wanted = sorted({word.encode("utf-8", "surrogatepass") for word in words}, key=len, reverse=True)
        found = {id for block in self._blocks for id in _found(block, wanted)} - self._changed.keys()
        found.update(id for id, text in self._changed.items() if text and all(word in text for word in wanted))
        return found

    def _bring_up(self, ids: Sequence[int]) -> None:
        if self._blocks is None:
            parts = (ids[start : start + _TOGETHER] for start in range(0, len(ids), _TOGETHER))
            self._blocks = [_texts(self._table.records(ListedFields, part)) for part in parts]
        stale = [id for id, text in self._changed.items() if text is None]
        for device in self._table.each(ListedFields, stale):
            self._changed[device.id] = _text(device)


def _texts(devices: Iterable[ListedFields]) -> _Texts:
    ids, starts, texts, end = array("q"), array("I"), [], 0
    for device in devices:
        text = _text(device)
        ids.append(device.id)
        starts.append(end)
        texts.append(text)
        end += len(text) + len(_END)
    starts.append(end)
    return _Texts(ids, starts, _END.join(texts))


def _text(device: ListedFields) -> bytes:
    return haystack(device).encode()


def _found(block: _Texts, words: Sequence[bytes]) -> Iterator[int]:
    """The ids of the devices whose texts have all the words; the longest one, the first, is rare."""
    ids, starts, text = block
    first, *others = words
    at = text.find(first)
    while at >= 0:
        number = bisect_right(starts, at) - 1
        start, end = starts[number], starts[number + 1]
        if all(text.find(word, start, end) >= 0 for word in others):
            yield ids[number]
        at = text.find(first, end)
