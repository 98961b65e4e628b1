"""The filter pane of the devices: check boxes that write terms into the filter line and show its terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.message import Message

from ...store.devices.counts import FleetCounts
from ...store.filters import values_of, with_field
from ...store.model.device import DeviceState, Platform
from ...store.printable import printable
from ...store.views.platforms import PLATFORMS
from ..components.text_styles import Tone
from ..lists.columns import Column
from ..lists.list_keys import moving_keys
from ..lists.list_table import ListTable
from ..shell.keys.keys import bound

_STATUSES = ("expired", "critical", "expiring", "valid", "none")
_SEEN = (
    ("<1d", "within a day"),
    ("<1w", "within a week"),
    (">1w", "more than a week ago"),
    (">4w", "more than 4 weeks ago"),
    ("never", "never"),
)
_ONE = "seen"  # a field that takes only one value


@dataclass(frozen=True)
class Facet:
    """A line of the pane: a heading if ``value`` is None, otherwise a value of a field, ticked or not."""

    id: int
    field: str
    title: str
    value: str | None = None
    count: int | None = None
    ticked: bool = False


def _title(facet: Facet) -> str:
    if facet.value is None:
        return facet.title
    return f"{'[x]' if facet.ticked else '[ ]'} {facet.title}"


_COLUMNS = (
    Column[Facet](
        "what", "Filter", _title, width=12, grow=1, tail=lambda facet: "" if facet.count is None else f"{facet.count:,}"
    ),
)


def _tone(facet: Facet) -> Tone | None:
    if facet.value is None:
        return Tone.ACCENT
    return Tone.STRONG if facet.ticked else None


def facets_of(text: str, counts: FleetCounts, groups: Iterable[str]) -> list[Facet]:
    """All values to choose from, ticked if the filter line asks for them."""
    sections: Sequence[tuple[str, str, Iterable[tuple[str, str, int | None]]]] = (
        ("platform", "Platform", [(p.value, PLATFORMS[p], counts.platforms[p]) for p in Platform]),
        ("state", "State", [(s.value.replace(" ", "-"), s.value, counts.states[s]) for s in DeviceState]),
        ("issuer", "Device Certificate Issuer CA", [(name, printable(name), counts.groups[name]) for name in groups]),
        ("status", "Certificate status", [(status, status, None) for status in _STATUSES]),
        ("refused", "Refused", [("yes", "can't enroll or check in", None)]),
        ("seen", "Last check-in", [(value, title, None) for value, title in _SEEN]),
    )
    facets: list[Facet] = []
    for field, heading, values in sections:
        chosen = _chosen(text, field)
        facets.append(Facet(len(facets), field, heading))
        for value, title, count in values:
            facets.append(Facet(len(facets), field, title, value, count, value.lower() in chosen))
    return facets


def turned(text: str, facet: Facet) -> str:
    """The filter line after a value was ticked or unticked."""
    assert facet.value is not None
    chosen = _chosen(text, facet.field)
    value = facet.value.lower()
    if value in chosen:
        chosen.remove(value)
    else:
        chosen = [value] if facet.field == _ONE else [*chosen, value]
    return with_field(text, facet.field, ",".join(chosen) if chosen else None)


def _chosen(text: str, field: str) -> list[str]:
    values = [value for values in values_of(text, field) for value in values.split(",") if value]
    return [value.replace(" ", "-") for value in values] if field == "state" else values


class DeviceFilterPane(ListTable[Facet], inherit_bindings=False):
    """Space or Enter ticks; ``show`` updates it to the filter line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *moving_keys(),
        bound("select", "open", "Tick"),
        bound("open", "open", "Tick", show=False),
        bound("back", "leave", "To the list"),
        bound("choose-filter", "leave", "To the list", show=False),
    ]

    class Turned(Message):
        """The filter line should become this."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The person goes back to the list."""

    def __init__(self, *, id: str) -> None:
        super().__init__(_COLUMNS, marks=False, row_tone=_tone, id=id)
        self._text = ""

    def show(self, text: str, counts: FleetCounts, groups: Iterable[str]) -> None:
        """Show the values to choose from, ticked as ``text`` asks."""
        self._text = text
        facets = facets_of(text, counts, groups)
        if facets != list(self.rows):
            at = self.cursor
            self.set_rows(facets)
            self.cursor = max(1, min(at, len(facets) - 1))

    @on(ListTable.Opened)
    def _turned(self, event: ListTable.Opened) -> None:
        event.stop()
        if event.record.value is not None:
            self.post_message(self.Turned(turned(self._text, event.record)))

    def action_leave(self) -> None:
        self.post_message(self.Left())
