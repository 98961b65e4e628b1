"""Which names name constraints permit and exclude."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from certfleet.store.certificates.der import DerError
from certfleet.store.certificates.facts import parse_certificate
from certfleet.store.certificates.name_constraints import NameConstraints, ViolationKind
from certfleet.store.certificates.path_facts import path_facts
from tests.material import issue, name

DNS, EMAIL, URI = x509.DNSName, x509.RFC822Name, x509.UniformResourceIdentifier


def constraints(permitted: Sequence[x509.GeneralName] = (), excluded: Sequence[x509.GeneralName] = ()) -> bytes:
    return x509.NameConstraints(list(permitted) or None, list(excluded) or None).public_bytes()


def found(value: bytes, *names: x509.GeneralName, subject: x509.Name | None = None) -> list[ViolationKind]:
    leaf = parse_certificate(issue(subject=subject or x509.Name([]), sans=names).der)
    return [violation.kind for violation in NameConstraints(value).violations(path_facts(leaf))]


BAD, UNJUDGED = [ViolationKind.VIOLATED], [ViolationKind.NOT_JUDGED]


@pytest.mark.parametrize(
    ("permitted", "given", "expected"),
    [
        (DNS("example.com"), DNS("example.com"), []),
        (DNS("example.com"), DNS("a.b.EXAMPLE.com"), []),
        (DNS("example.com"), DNS("*.example.com"), []),
        (DNS("example.com"), DNS("badexample.com"), BAD),
        (DNS("a.example.com"), DNS("*.example.com"), BAD),
        (DNS("example.com"), EMAIL("ann@other.com"), []),
        (DNS(".example.com"), DNS("a.example.com"), UNJUDGED),
        (DNS(".example.com"), DNS("other.com"), BAD),
        (EMAIL("ann@example.com"), EMAIL("ann@EXAMPLE.com"), []),
        (EMAIL("ann@example.com"), EMAIL("bob@example.com"), BAD),
        (EMAIL("example.com"), EMAIL("bob@example.com"), []),
        (EMAIL("example.com"), EMAIL("bob@mail.example.com"), BAD),
        (EMAIL(".example.com"), EMAIL("bob@mail.example.com"), []),
        (EMAIL(".example.com"), EMAIL("bob@example.com"), BAD),
        (URI("example.com"), URI("https://ann@example.com:8443/a?b#c"), []),
        (URI("example.com"), URI("https://www.example.com/"), BAD),
        (URI(".example.com"), URI("https://www.example.com"), []),
        (URI(".example.com"), URI("urn:example.com"), BAD),
        (URI(".example.com"), URI("https://192.0.2.1/"), BAD),
        (x509.IPAddress(ipaddress.ip_network("192.0.2.0/24")), x509.IPAddress(ipaddress.ip_address("192.0.2.7")), []),
        (x509.IPAddress(ipaddress.ip_network("192.0.2.0/24")), x509.IPAddress(ipaddress.ip_address("192.0.3.7")), BAD),
        (
            x509.IPAddress(ipaddress.ip_network("192.0.2.0/24")),
            x509.IPAddress(ipaddress.ip_address("2001:db8::1")),
            BAD,
        ),
        (x509.DirectoryName(name("a", O="Example")), x509.DirectoryName(name("a", O="EXAMPLE")), []),
        (
            x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
            x509.RegisteredID(x509.ObjectIdentifier("1.2.4")),
            UNJUDGED,
        ),
        (x509.RegisteredID(x509.ObjectIdentifier("1.2.3")), DNS("example.com"), []),
    ],
)
def test_what_is_permitted(permitted: x509.GeneralName, given: x509.GeneralName, expected: list[ViolationKind]) -> None:
    assert found(constraints([permitted]), given) == expected


@pytest.mark.parametrize(
    ("excluded", "given", "expected"),
    [
        (DNS("example.com"), DNS("a.example.com"), BAD),
        (DNS("example.com"), DNS("other.com"), []),
        (DNS("secret.example.com"), DNS("*.example.com"), BAD),
        (DNS("a.secret.example.com"), DNS("*.example.com"), []),
        (EMAIL("example.com"), EMAIL("ann@example.com"), BAD),
        (x509.IPAddress(ipaddress.ip_network("::/0")), x509.IPAddress(ipaddress.ip_address("::1")), BAD),
    ],
)
def test_what_is_excluded(excluded: x509.GeneralName, given: x509.GeneralName, expected: list[ViolationKind]) -> None:
    assert found(constraints(excluded=[excluded]), given) == expected


def test_the_subject_counts_and_its_e_mail_address_where_there_is_no_other() -> None:
    ours = x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example")]))
    assert found(constraints([ours]), subject=name("a", O="example")) == []
    assert found(constraints([ours]), subject=name("a", O="Other")) == BAD
    ann = x509.Name([x509.NameAttribute(NameOID.EMAIL_ADDRESS, "ann@other.com")])
    only = constraints([EMAIL("example.com")])
    assert found(only, subject=ann) == BAD
    assert found(only, EMAIL("ann@example.com"), subject=ann) == []


@pytest.mark.parametrize(
    "value",
    [
        bytes.fromhex("3000"),
        bytes.fromhex("3002a000"),
        bytes.fromhex("300ca00a3008870411223344"),
        bytes.fromhex("300ea00c300a8708c0000200ff00ff00"),  # the ones of the mask are not first
        bytes.fromhex("3005040301020a"),
    ],
)
def test_damaged_constraints_are_an_error(value: bytes) -> None:
    with pytest.raises(DerError):
        NameConstraints(value)


def test_very_many_names_are_not_judged() -> None:
    many = [DNS(f"a{number}.example.com") for number in range(400)]
    assert found(constraints(many), *many) == UNJUDGED
