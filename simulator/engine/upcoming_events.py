"""The next events of the devices, the earliest first."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from .behaviour import Next


class UpcomingEvents:
    """At most one event of each device, by the device's id."""

    def __init__(self) -> None:
        self._next: dict[int, Next] = {}
        self._heap: list[tuple[int, int]] = []  # also what has been replaced meanwhile

    @property
    def first_at(self) -> int | None:
        """The time of the earliest event; None if there is none."""
        while self._heap:
            at, id = self._heap[0]
            if (step := self._next.get(id)) is not None and step.at == at:
                return at
            heappop(self._heap)
        return None

    def put(self, id: int, step: Next | None) -> None:
        """Replace a device's event; None if it has none any more."""
        if step is None:
            self._next.pop(id, None)
        else:
            self._next[id] = step
            heappush(self._heap, (step.at, id))

    def put_all(self, steps: dict[int, Next]) -> None:
        """Begin with these events."""
        self._next = steps
        self._heap = [(step.at, id) for id, step in steps.items()]
        heapify(self._heap)

    def take(self, most: int, limit: int) -> tuple[dict[int, Next], int]:
        """Take out events up to a time, and the time up to which none is left: ``limit``, or earlier if there are more
        than so many. Simultaneous ones stay together."""
        taken: dict[int, Next] = {}
        last = limit
        while (at := self.first_at) is not None and at <= limit:
            if len(taken) >= most and at > last:
                return taken, last
            _, id = heappop(self._heap)
            taken[id] = self._next.pop(id)
            last = at
        return taken, limit
