"""The filter language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from certfleet.store.inventory.certificate_filter import parse_filter, standing
from certfleet.store.inventory.expiry import ExpiryRules
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.certificate import Certificate, Status, UseAs
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue_long_ago


@pytest.fixture
def certificate(workspace: Workspace) -> Certificate:
    leaf = issue_long_ago("gateway.example.com", days=21)
    source = CertificateSource(data=leaf.pem, name="gateway.pem", key=leaf.key_pem)
    return workspace.inventory.import_from(source, description="Ordered by Dana, rack 7").imported[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gateway",
        "GATEWAY rack",
        '"rack 7"',
        "status:expiring",
        "status:exp",
        "use:server",
        "days:<30",
        "days:20",
        "days:>=20 days:<=20",
        "days:0..90",
        "key:yes",
        "ca:no",
        "-status:expired",
        "id:1",
        "by:alice",
        "name:gateway issuer:gateway",
        "expires:2026-01",
        "-use:apns dana",
    ],
)
def test_what_matches(certificate: Certificate, text: str) -> None:
    matches = parse_filter(text).matches

    assert matches is None or matches(standing(certificate, NOW, ExpiryRules()))


@pytest.mark.parametrize(
    "text",
    ["nonsense", "gateway nonsense", "status:valid", "use:apns", "days:<20", "days:21..90", "key:no", "-gateway"],
)
def test_what_does_not(certificate: Certificate, text: str) -> None:
    matches = parse_filter(text).matches

    assert matches is not None
    assert not matches(standing(certificate, NOW, ExpiryRules()))


def test_a_term_that_is_not_finished_is_left_out_and_explained(certificate: Certificate) -> None:
    found = parse_filter("gateway days:<")

    assert found.problem == "days: takes a number, as in days:<30 or days:10..30"
    assert found.matches is not None
    assert found.matches(standing(certificate, NOW, ExpiryRules()))


def test_a_quote_that_is_still_open_is_no_mistake() -> None:
    assert parse_filter('"rack').problem is None


def test_a_colon_in_an_unknown_word_is_plain_text(certificate: Certificate) -> None:
    """``DNS:`` is how names are shown, so people type it."""
    named = replace(certificate, sans=("DNS:gateway.example.com",))
    matches = parse_filter("DNS:gateway").matches

    assert matches is not None
    assert matches(standing(named, NOW, ExpiryRules()))


def test_expiring_includes_critical(certificate: Certificate) -> None:
    """30 days or less: what ends sooner must not be missing from the list of what is expiring."""
    critical, valid = (
        standing(certificate, NOW + timedelta(days=15), ExpiryRules()),
        standing(certificate, NOW - timedelta(days=15), ExpiryRules()),
    )
    assert critical.status is Status.CRITICAL
    for text, found in (("status:expiring", True), ("-status:expiring", False), ("status:valid", False)):
        matches = parse_filter(text).matches
        assert matches is not None
        assert matches(critical) is found
    matches = parse_filter("status:critical").matches
    assert matches is not None
    assert not matches(standing(certificate, NOW, ExpiryRules()))  # critical alone stays narrow
    matches = parse_filter("status:expiring").matches
    assert matches is not None
    assert not matches(valid)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("statsu:valid", "statsu: is no filter key; did you mean status:?"),
        ("-isuer:example", "isuer: is no filter key; did you mean issuer:?"),
        ("colour:red", "colour: is no filter key; there are status, use, "),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest_one(text: str, says: str) -> None:
    found = parse_filter(text)
    assert found.problem is not None and found.problem.startswith(says)


@pytest.mark.parametrize(
    "text", ["APSP:12bd4ace", "ab:cd:ef", "https://x.example", "fe80::1", "email:a@b.example", "7:1"]
)
def test_addresses_fingerprints_and_names_are_words(text: str) -> None:
    assert parse_filter(text).problem is None


def test_status_follows_the_time(certificate: Certificate) -> None:
    matches = parse_filter("status:expired").matches

    assert matches is not None
    assert matches(standing(certificate, NOW + timedelta(days=40), ExpiryRules()))


def test_use_takes_both_spellings(certificate: Certificate) -> None:
    listener = standing(replace(certificate, use_as=UseAs.SSL_LISTENER), NOW, ExpiryRules())

    for text in ("use:ssl-listener", "use:ssl", '"ssl listener"'):
        matches = parse_filter(text).matches
        assert matches is not None
        assert matches(listener)
