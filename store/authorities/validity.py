"""How long a certificate is valid."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Validity(NamedTuple):
    """A validity period, both ends included, UTC."""

    not_before: datetime
    not_after: datetime
