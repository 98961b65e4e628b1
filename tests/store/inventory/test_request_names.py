"""The alternative names of requests."""

from __future__ import annotations

import pytest
from cryptography import x509

from certfleet.store.certificates.dns_names import ascii_name
from certfleet.store.certificates.names import read_name
from certfleet.store.errors import Refusal
from certfleet.store.inventory.subjects import parse_subject
from certfleet.store.model.certificate import UseAs
from certfleet.store.model.request import KeySpec
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


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ('CN="Example, Inc.",O="a+b;c"', "CN=Example\\, Inc.,O=a\\+b\\;c"),
        ("CN=a;O=b", "CN=a,O=b"),
        ("/C=DE/O=Example, Inc./CN=mdm.example.com", "CN=mdm.example.com,O=Example\\, Inc.,C=DE"),
        ("/CN=a/b/O=https://x", "O=https://x,CN=a/b"),
        ("CN=a+serialNumber=1,O=b", "CN=a+serialNumber=1,O=b"),
        ("CN=#0C0161,2.5.4.10=#1303616263", "CN=a,O=abc"),
    ],
)
def test_subjects_as_other_programs_write_them(written: str, subject: str) -> None:
    name = parse_subject(written)
    assert read_name(name.public_bytes()).string == subject
    assert parse_subject(subject) == name


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("C=Germany,CN=a", "it has 7 characters, and 2 are possible"),
        ("CN=,O=b", "it has 0 characters, and 1 to 64 are possible"),
        ('CN="a,O=b', "O=b"),
    ],
)
def test_a_refused_part_says_why(written: str, why: str) -> None:
    try:
        assert why in read_name(parse_subject(written).public_bytes()).string
    except Refusal as refusal:
        assert why in refusal.message


@pytest.mark.parametrize(
    "part", ["C=\u0663\u0663", "serialNumber=Gerät 7", "DC=bücher", "E=jürgen@example.com", "C=D_"]
)
def test_characters_that_a_part_can_not_hold_are_refused_with_it(part: str) -> None:
    with pytest.raises(Refusal, match="subject-invalid") as refused:
        parse_subject(f"CN=mdm.example.com,{part}")
    assert "can't hold" in refused.value.message
    assert str(refused.value.message).count("CN=mdm.example.com") == 1
