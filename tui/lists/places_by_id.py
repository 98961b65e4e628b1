"""Where the record of an id is in a list."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

_NOWHERE = 2**32 - 1
_ROOM = 1024


class PlacesById:
    """The place of each id. Ids that lie close together, as a table gives them, take four bytes each; in a dictionary
    they would take thirty times as much."""

    def __init__(self, ids: Sequence[int] = ()) -> None:
        self._near = array("I")
        self._others: dict[int, int] = {}
        if ids and min(ids) >= 0 and (highest := max(ids)) < 2 * len(ids) + _ROOM:
            near = self._near = array("I", [_NOWHERE]) * (highest + 1)
            for place, id in enumerate(ids):
                near[id] = place
        else:
            self._others = {id: place for place, id in enumerate(ids)}

    def get(self, id: int) -> int | None:
        """The place of an id; None if it has none."""
        if 0 <= id < len(self._near) and (place := self._near[id]) != _NOWHERE:
            return place
        return self._others.get(id)

    def put(self, id: int, place: int) -> None:
        """Give an id that has none a place."""
        if 0 <= id < len(self._near):
            self._near[id] = place
        else:
            self._others[id] = place

    def remove(self, id: int) -> None:
        """An id has no place any more."""
        if 0 <= id < len(self._near):
            self._near[id] = _NOWHERE
        self._others.pop(id, None)
