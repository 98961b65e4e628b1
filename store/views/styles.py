"""The style of a word, by name. Each front end maps it to a colour; a word or a symbol always says the same."""

from __future__ import annotations

from enum import StrEnum


class Style(StrEnum):
    """The meaning of a text."""

    PLAIN = "plain"
    OK = "ok"
    PENDING = "pending"
    WARNING = "warning"
    CRITICAL = "critical"
    BAD = "bad"
    QUIET = "quiet"
