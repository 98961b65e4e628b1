"""The details of one certificate, on a screen of their own where the terminal is narrow."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult

from ..components.tabbed_details import DetailPage
from .actions import CertificatePage
from .certificate_rows import CertificateRow
from .details import CertificateDetailsPane


class CertificateDetailPage(DetailPage[CertificateRow], CertificatePage):
    """One certificate; what is imported or followed takes its place."""

    @property
    def rows(self) -> Mapping[int, CertificateRow]:
        return self.console.certificates.rows

    def compose_page(self) -> ComposeResult:
        yield CertificateDetailsPane()

    def arrived(self, id: int) -> None:
        self.record_id = id
        self.console.poll_now()
        self.show_state(None)

    @on(CertificateDetailsPane.Followed)
    def _chain_followed(self, event: CertificateDetailsPane.Followed) -> None:
        self.arrived(event.id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "filter"
