"""How much of a certificate's validity is left, as a bar."""

from __future__ import annotations

from rich.text import Text
from textual.app import App

from ..looks import STATUS_INKS, Ink
from ..register import Row
from .inks import inked

FULL, EMPTY = "█", "░"


def days_bar(app: App[object], row: Row, width: int) -> Text:
    """The bar, empty when the certificate has expired; what is left of it stands at the left."""
    certificate = row.certificate
    whole = max(1.0, (certificate.not_after - certificate.not_before).total_seconds())
    share = min(1.0, max(0.0, row.days * 86_400 / whole))
    filled = round(share * width)
    if share > 0 and filled == 0:
        filled = 1
    return inked(app, (FULL * filled, STATUS_INKS[row.status]), (EMPTY * (width - filled), Ink.TRACK))
