"""The remaining share of a certificate's validity, as a bar."""

from __future__ import annotations

from datetime import datetime

from rich.text import Text
from textual.app import App

from ..certificates.certificate_rows import CertificateRow
from .text_styles import STATUS_TONES, Tone, styled

FULL, EMPTY = "█", "░"


def days_bar(app: App[object], row: CertificateRow, width: int) -> Text:
    """The bar, empty for an expired certificate; the remaining part is at the left."""
    filled = cells_left(row.days, row.certificate.not_before, row.certificate.not_after, width)
    return styled(app, (FULL * filled, STATUS_TONES[row.status]), (EMPTY * (width - filled), Tone.TRACK))


def cells_left(days: int, start: datetime, end: datetime, width: int) -> int:
    """The number of ``width`` cells that stand for the days left of a validity; at least one if any days are left."""
    share = min(1.0, max(0.0, days * 86_400 / max(1.0, (end - start).total_seconds())))
    return max(1, round(share * width)) if share > 0 else 0
