"""What stops when a certificate of the list expires, for how many devices, and who answers for it."""

from __future__ import annotations

from typing import NamedTuple

from ...store.consequences.landscape_reader import TABLES
from ...store.model.certificate import Status
from ...store.outlook.outlook import affected
from ...store.persistence.database import Changes
from ..checklist.wording import named_capabilities_text
from ..components.owner_names import OwnerNames
from ..components.text_styles import STATUS_TONES, Tone
from ..lists.columns import Column
from ..lists.list_table import ListTable
from ..shell.page import Page
from .certificate_rows import CertificateRow


class ListedConsequence(NamedTuple):
    """What stops, in a few words, and the number of devices that it concerns."""

    stops: str
    devices: int


_NOTHING = ListedConsequence("", 0)


class Consequences:
    """They follow the components, which are few: nothing is computed for each certificate."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._found: dict[int, ListedConsequence] = {}
        self._devices: object = None
        self._owners = OwnerNames(page, self._records, lambda: self._table.cells_changed("owner"))

    @property
    def _table(self) -> ListTable[CertificateRow]:
        return self._page.query_one("#table", ListTable)

    def _records(self) -> list[str]:
        return [_record(row) for row in self._page.console.certificates.rows.values()]

    def follow(self, changes: Changes | None) -> None:
        """Look at them again, unless they can't have changed."""
        devices = self._page.console.fleet.platforms()
        if changes is None or changes.touches(*TABLES) or devices != self._devices:
            self._devices = devices
            found = {}
            for id, dependences in self._page.workspace.impact.all_dependences().items():
                effects = [effect for one in dependences for effect in one.effects]
                platforms = [platform for effect in effects for platform in effect.platforms]
                words = named_capabilities_text(
                    (effect.capability, one.component.name) for one in dependences for effect in one.effects
                )
                found[id] = ListedConsequence(words, affected(platforms, devices))
            if found != self._found:
                self._found = found
                self._table.cells_changed("stops", "devices")
        self._owners.follow(changes)

    def of(self, row: CertificateRow) -> ListedConsequence:
        """What stops with a certificate; nothing for one that was replaced and is no longer served."""
        return self._found.get(row.id, _NOTHING)

    def columns(self) -> tuple[Column[CertificateRow], ...]:
        """*Then stops*, *Devices* and *Owner*."""
        return (
            Column(
                "stops",
                "Then stops",
                lambda row: self.of(row).stops or "–",
                self._by_devices,
                _tone,
                16,
                grow=2,
                keep=1,
                stays=True,
            ),
            Column(
                "devices",
                "Devices",
                lambda row: f"{self.of(row).devices:,}" if self.of(row).stops else "–",
                lambda row: self.of(row).devices,
                width=7,
                right=True,
                keep=2,
                value=lambda row: self.of(row).devices,
            ),
            Column("owner", "Owner", lambda row: self._owners.of(_record(row)) or "–", width=16, grow=1, keep=7),
        )

    def _by_devices(self, row: CertificateRow) -> tuple[bool, int, str]:
        found = self.of(row)
        return (not found.stops, -found.devices, found.stops)


def _record(row: CertificateRow) -> str:
    return f"certificate:{row.id}"


def _tone(row: CertificateRow) -> Tone | None:
    return None if row.status is Status.VALID else STATUS_TONES[row.status]
