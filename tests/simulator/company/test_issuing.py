"""The simulator's authorities, on their own."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from cryptography import x509

from certfleet.simulator.company.credentials import x509_name
from certfleet.simulator.company.issuing import IssuingAuthority, draw_serial
from certfleet.simulator.company.purposes import TLS_SERVER
from certfleet.store.authorities.validity import Validity
from certfleet.store.model.request import KeySpec

NOW = datetime.now(UTC)
VALIDITY = Validity(NOW - timedelta(days=1), NOW + timedelta(days=30))


@pytest.mark.parametrize("key", [KeySpec.RSA_2048, KeySpec.EC_P256, KeySpec.EC_P384, KeySpec.ED25519])
def test_every_kind_of_key(key: KeySpec, tmp_path: Path) -> None:
    root = IssuingAuthority.root(x509_name("Root"), Random(1), VALIDITY, key=key, url="http://pki.company.example/root")
    issuing = root.subordinate(x509_name("Issuing"), VALIDITY, key=key)
    leaf = issuing.issue(x509_name("a.company.example"), TLS_SERVER, VALIDITY, key=key, sans=["a.company.example"])
    for name, credential in (("root", root), ("issuing", issuing), ("leaf", leaf)):
        (tmp_path / name).write_bytes(credential.pem(chain=False))
    line = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "a.company.example"]
    done = subprocess.run(
        [*line, "-CAfile", tmp_path / "root", "-untrusted", tmp_path / "issuing", tmp_path / "leaf"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert leaf.pem().count(b"BEGIN CERTIFICATE") == 3


def test_a_root_path_length_holds(tmp_path: Path) -> None:
    root = IssuingAuthority.root(x509_name("Root"), Random(1), VALIDITY)
    below = root.subordinate(x509_name("One"), VALIDITY, path_length=1).subordinate(x509_name("Two"), VALIDITY)
    constraints = below.certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (constraints.ca, constraints.path_length) == (True, 0)


def test_serial_numbers_follow_from_the_draw() -> None:
    assert draw_serial(Random(5)) == draw_serial(Random(5)) != draw_serial(Random(6))
    assert draw_serial(Random(5)).bit_length() == 127
