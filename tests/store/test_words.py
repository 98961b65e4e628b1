"""Numbers and days in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from certfleet.store.words import age_text, argument, days_text, key_text, length_text, moment, plural, when_text

NOW = datetime(2026, 1, 6, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "word", "text"),
    [
        (0, "device", "0 devices"),
        (1, "device", "1 device"),
        (2340, "device", "2,340 devices"),
        (1, "identity", "1 identity"),
        (2, "identity", "2 identities"),
        (2, "day", "2 days"),
    ],
)
def test_counts(count: int, word: str, text: str) -> None:
    assert plural(count, word) == text


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("group-2", "group-2"),
        ("g 2 🦊", "'g 2 🦊'"),
        ("Siân O'Neill", "'Siân O'\"'\"'Neill'"),
        ("$(id)", "'$(id)'"),
        ("-x", "-- -x"),
        ("", "''"),
    ],
)
def test_a_name_in_a_command_is_one_argument(name: str, typed: str) -> None:
    assert argument(name) == typed


@pytest.mark.parametrize(
    ("days", "left", "when"),
    [
        (1000, "1,000 days left", "in 1,000 days"),
        (1, "1 day left", "in 1 day"),
        (0, "expires today", "today"),
        (-1, "expired 1 day ago", "today"),
    ],
)
def test_days(days: int, left: str, when: str) -> None:
    assert (days_text(days), when_text(days)) == (left, when)


def test_times() -> None:
    assert moment(NOW) == "2026-01-06 08:30:00 UTC"
    assert age_text(None, NOW) == "never"
    assert age_text(NOW - timedelta(seconds=59), NOW) == "just now"
    assert age_text(NOW - timedelta(hours=5), NOW) == "5 h ago"
    assert [length_text(timedelta(hours=h)) for h in (0.5, 47, 48)] == ["30 min", "47 h", "2 d"]


def test_keys() -> None:
    assert [key_text("RSA", 2048), key_text("EC P-256", 256), key_text("Ed25519", None)] == [
        "RSA 2048",
        "EC P-256",
        "Ed25519",
    ]
