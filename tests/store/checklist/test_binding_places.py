"""What a certificate that came in is offered for."""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID as Usage

from certfleet.store.checklist.binding_places import places_for
from certfleet.store.model.certificate import Certificate
from certfleet.store.workspace import Workspace
from tests.material import NOW, Issued, issue

from ..deployment import bring


def server(host: str, days: int = 365) -> Issued:
    """A certificate of a year that ends in so many days."""
    name, usage = f"{host}.company.example", x509.ExtendedKeyUsage([Usage.SERVER_AUTH])
    start = NOW - timedelta(days=366 - days)
    return issue(name, not_before=start, sans=(x509.DNSName(name),), extensions=(usage,))


def offered(workspace: Workspace, entry: Certificate) -> list[tuple[str, str]]:
    rows = workspace.impact.checklist(count=False)
    return [(place.need.id, place.name) for place in places_for(entry, rows, workspace.site.get())]


def test_a_certificate_is_offered_where_one_for_its_host_ends(deployment: Workspace) -> None:
    """The site says no host names: those of the certificates in use do."""
    deployment.components.bind("other", bring(deployment, server("ldaps", days=10)).id, name="LDAPS")
    deployment.components.bind("gateway-ssl", bring(deployment, server("gateway", days=20)).id)

    assert offered(deployment, bring(deployment, server("gateway")))[0] == ("gateway-ssl", "")
    assert ("other", "LDAPS") not in offered(deployment, bring(deployment, server("gateway")))
    assert offered(deployment, bring(deployment, server("ldaps")))[0] == ("other", "LDAPS")


def test_one_whose_key_is_elsewhere_is_offered_for_its_host_alone(deployment: Workspace) -> None:
    deployment.components.bind("other", bring(deployment, server("ldaps", days=10)).id, name="LDAPS")
    deployment.components.bind("gateway-ssl", bring(deployment, server("gateway", days=20)).id)

    assert offered(deployment, bring(deployment, server("gateway"), key=False)) == [("gateway-ssl", "")]
