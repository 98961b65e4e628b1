"""Times in records: aware, or the record is refused when it is read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

Moment = Annotated[datetime, Meta(tz=True)]
"""A time with its time zone; those that certfleet writes are UTC."""
