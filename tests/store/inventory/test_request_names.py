"""The alternative names of requests."""

from __future__ import annotations

import pytest
from cryptography import x509

from certfleet.store.certificates.dns_names import ascii_name
from certfleet.store.inventory.requests import KeySpec
from certfleet.store.model.certificate import UseAs
from certfleet.store.notices.addresses import host_name
from certfleet.store.views.request import request_notes
from certfleet.store.workspace import Workspace


@pytest.mark.parametrize(
    ("subject", "use_as", "sans"),
    [
        ("CN=mdm.example.com,O=Example", UseAs.SERVER, ("DNS:mdm.example.com",)),
        ("CN=*.example.com", UseAs.SSL_LISTENER, ("DNS:*.example.com",)),
        ("CN=192.0.2.7", UseAs.SERVER, ("IP:192.0.2.7",)),
        ("CN=münchen.example", UseAs.SERVER, ("DNS:xn--mnchen-3ya.example",)),
        ("CN=email:a@example.com", UseAs.SERVER, ()),
        ("CN=Gateway of Example", UseAs.SERVER, ()),
        ("O=Example", UseAs.SERVER, ()),
        ("CN=mdm.example.com", UseAs.SAML, ()),
    ],
)
def test_a_server_gets_its_common_name_as_alternative_name(
    workspace: Workspace, subject: str, use_as: UseAs, sans: tuple[str, ...]
) -> None:
    request = workspace.requests.create(subject=subject, key=KeySpec.EC_P256, use_as=use_as)
    assert request.sans == sans
    csr = x509.load_pem_x509_csr(workspace.requests.pem(request.id))
    assert bool(sans) == bool(list(csr.extensions))
    assert bool(request_notes(request)) == (use_as is UseAs.SERVER and not sans)


def test_names_that_are_given_are_taken_alone(workspace: Workspace) -> None:
    request = workspace.requests.create(subject="CN=mdm.example.com", sans=["other.example"], key=KeySpec.EC_P256)
    assert request.sans == ("DNS:other.example",)


def test_a_final_dot_and_an_underscore_are_told(workspace: Workspace) -> None:
    names = ["mdm.example.com.", "_tcp.example.com", "fine.example.com"]
    request = workspace.requests.create(subject="CN=a", sans=names, key=KeySpec.EC_P256)
    dot, underscore = request_notes(request)
    assert "mdm.example.com. ends with a dot" in dot
    assert "_tcp.example.com has an underscore" in underscore


def test_international_names_are_the_same_everywhere(workspace: Workspace) -> None:
    for written, expected in (
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("MÜNCHEN。example", "xn--mnchen-3ya.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("*.bücher.example", "*.xn--bcher-kva.example"),
    ):
        assert ascii_name(written) == expected
        request = workspace.requests.create(subject="CN=a", sans=[written], key=KeySpec.EC_P256)
        assert request.sans == (f"DNS:{expected}",)
        assert workspace.authorities.issue_listener([written]).sans == (f"DNS:{expected}",)
        if not written.startswith("*"):
            assert host_name(written) == expected
