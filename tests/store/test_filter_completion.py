"""Filters are completed by the languages' own keys and values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from certfleet.store import audit_filter
from certfleet.store.devices import device_filter
from certfleet.store.filter_completion import completions
from certfleet.store.filters import Filter
from certfleet.store.inventory import certificate_filter
from certfleet.store.inventory.expiry import ExpiryRules
from certfleet.tui.checklist import filter as checklist_filter
from certfleet.tui.device_certificates import filter as bulk_filter

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_keys_and_values_are_completed_where_they_stand() -> None:
    values = device_filter.VALUES
    assert completions("plat", values) == ["platform:"]
    assert completions("iphone -pl", values) == ["iphone -platform:"]
    assert completions("platform:", values) == [f"platform:{one}" for one in ("ios", "macos", "android", "windows")]
    assert completions("platform:ios,m", values) == ["platform:ios,macos"]
    assert completions("state:re", values) == ["state:re-enrollment-required", "state:revoked"]
    assert completions("STATE:RE", values) == ["STATE:re-enrollment-required", "STATE:revoked"]


def test_nothing_is_offered_where_nothing_is_known() -> None:
    values = device_filter.VALUES
    for text in ("", "iphone ", "serial:", "nobody", '"a quote', "nokey:x"):
        assert completions(text, values) == []


def test_values_with_spaces_are_quoted() -> None:
    assert completions("issuer:f", {"issuer": ["first group", "second"]}) == ['issuer:"first group"']


LANGUAGES: dict[str, tuple[Callable[[str], Filter[Any]], Mapping[str, Sequence[str]]]] = {
    "device": (lambda text: device_filter.parse_filter(text, NOW, ExpiryRules()), device_filter.VALUES),
    "certificate": (certificate_filter.parse_filter, certificate_filter.VALUES),
    "audit": (audit_filter.parse_filter, audit_filter.VALUES),
    "checklist": (checklist_filter.parse_filter, checklist_filter.VALUES),
    "bulk": (bulk_filter.parse_filter, bulk_filter.VALUES),
}


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_what_is_offered_is_understood(language: str) -> None:
    parse, values = LANGUAGES[language]
    for key, offered in values.items():
        for value in offered:
            assert parse(f"{key}:{value}").problem is None, f"{key}:{value}"
    assert "is no filter key" in (parse("nokey:thing").problem or "")
