"""A setting of the site, read from the sentence that the audit trail has about it."""

from __future__ import annotations

import re
from typing import Any

from ...store.model.expiry import ExpiryUse
from .values import SETTINGS

_LIMIT = re.compile(r"(?:([a-z-]+): )?(\d+) days?, at most 1/(\d+)(?: of the lifetime)?")


def read_setting(summary: str) -> tuple[str, Any] | None:
    """``apns grace days: 3`` as its name and its value in a plan; None if it is none."""
    said, _, words = summary.partition(": ")
    name = said.replace(" ", "_")
    if name not in SETTINGS:
        return None
    if name in ("expiring", "critical"):
        return _limits(name, words)
    if words in ("yes", "no"):
        return name, words == "yes"
    if name == "gateway_notice_days":
        return name, () if words == "never" else tuple(int(part) for part in words.split(", "))
    if words.isdecimal():
        return name, int(words)
    if name == "start_by_share":
        return name, float(words)
    return name, "" if words == "none" else words


def _limits(name: str, words: str) -> tuple[str, Any] | None:
    """The limits of all uses: those that aren't named have none of their own."""
    found = [_LIMIT.fullmatch(part) for part in words.split("; ")]
    written = [f"{part[1] + '=' if part[1] else ''}{part[2]}d,1/{part[3]}" for part in found if part is not None]
    if len(written) < len(found):
        return None
    named = {part[1] for part in found if part is not None}
    return name, (*written, *(f"{use}=default" for use in ExpiryUse if use not in named))
