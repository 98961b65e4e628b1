"""`workspace check` over endpoints: each kind of damage to what they served is named."""

from __future__ import annotations

import pytest

from certfleet.store.certificates.facts import parse_certificate
from certfleet.store.endpoints.endpoints import NewEndpoint
from certfleet.store.endpoints.reading import ServedFiles
from certfleet.store.model.endpoint import AddressReading
from certfleet.store.workspace import Workspace
from tests.material import issue


@pytest.fixture
def checked(workspace: Workspace) -> Workspace:
    """A workspace with an endpoint that was checked."""
    endpoint = workspace.endpoints.add(NewEndpoint(where="gw.example.com"))
    parsed = parse_certificate(issue("gw.example.com").der)
    found = parsed.facts.fingerprint_sha256
    address = AddressReading(address="198.51.100.7", tls_version="TLSv1.3", chain=(found,), path=(found,))
    workspace.endpoint_checks.take_in(endpoint, ServedFiles((address,), {found: parsed}))
    assert workspace.check().clean
    return workspace


@pytest.mark.parametrize(
    ("table", "change", "problem"),
    [
        ("endpoints", None, ("reference-broken", "endpoint-history:1")),
        ("served_certificates", None, ("reference-broken", "endpoint-reading:1")),
        ("served_certificates", {"subject": "CN=other"}, ("record-differs", "served-certificate:1")),
        ("served_certificate_der", {"der": "MAA="}, ("der-damaged", "served-certificate:1")),
        ("endpoint_history", {"failure": "refused"}, ("record-differs", "endpoint-history:1")),
        (
            "endpoint_history",
            {"until": "2001-01-01T00:00:00Z"},
            ("record-differs", "endpoint-history:1"),
        ),
    ],
    ids=str,
)
def test_what_does_not_go_together_is_named(
    checked: Workspace, table: str, change: dict[str, str] | None, problem: tuple[str, str]
) -> None:
    with checked.database.transaction():
        if change is None:
            checked.database.table(table).remove(doc_ids=[1])
        else:
            checked.database.table(table).update(change, doc_ids=[1])
    assert problem in {(one.code, one.record) for one in checked.check().problems}
