"""Statuses of a row of the checklist besides those of a certificate."""

from __future__ import annotations

from enum import StrEnum


class Mark(StrEnum):
    """Why a row has no certificate's status."""

    MISSING = "missing"
    NOT_USED = "not used"
    MANAGED = "managed"
    WORRY = "worry"
