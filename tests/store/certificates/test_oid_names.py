"""Nobody reads a bare object identifier."""

from __future__ import annotations

import pytest

from certfleet.store.certificates.oid_names import named_attributes, oid_name


@pytest.mark.parametrize(
    ("oid", "name"),
    [
        ("1.3.6.1.4.1.311.54.1.2", "Remote Desktop authentication"),
        ("2.5.29.14", "subjectKeyIdentifier"),
        ("1.2.3.4", "unknown (1.2.3.4)"),
        ("serverAuth", "serverAuth"),
        ("RSA 2048", "RSA 2048"),
    ],
)
def test_an_oid_has_a_name(oid: str, name: str) -> None:
    assert oid_name(oid) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("CN=a.example,2.5.4.20=+49 30 1,C=DE", "CN=a.example,telephoneNumber=+49 30 1,C=DE"),
        ("1.2.3.4=#0403,CN=a+1.2.643.100.1=7", "unknown (1.2.3.4)=#0403,CN=a+OGRN=7"),
        (r"CN=a\,2.5.4.20=b", r"CN=a\,2.5.4.20=b"),  # a value that only looks like one
        ("CN=10.1.2.3", "CN=10.1.2.3"),
    ],
)
def test_the_attributes_of_a_name_have_names(name: str, shown: str) -> None:
    assert named_attributes(name) == shown
