"""Keystores and archives for tests: what others' programs read, and what certfleet's importers say."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from certfleet.store.model.bulk import IdentityType
from certfleet.store.workspace import Workspace
from certfleet.testing import bulk_archive, fleet, keystore
from certfleet.testing.keystores import KeystoreFormat
from tests.material import keytool, needs_keytool, needs_openssl, openssl

FORMATS = get_args(KeystoreFormat)


@needs_keytool
@pytest.mark.parametrize("format", FORMATS)
def test_keytool_opens_it_and_its_key(format: KeystoreFormat, tmp_path: Path) -> None:
    made = keystore(format)
    file, copy = made.write_to_path(tmp_path), tmp_path / "copy.p12"
    listed = keytool("-list", "-v", "-keystore", file, "-storepass", made.password)
    assert b"Certificate chain length: 3" in listed and b"PrivateKeyEntry" in listed
    source = ("-srckeystore", file, "-srcstorepass", made.password)
    keytool("-importkeystore", *source, "-destkeystore", copy, "-deststoretype", "PKCS12", "-deststorepass", "secret")


@needs_openssl
@pytest.mark.parametrize("format", FORMATS[:2])
def test_openssl_opens_pkcs12(format: KeystoreFormat, tmp_path: Path) -> None:
    made = keystore(format, password="pässword")
    file = made.write_to_path(tmp_path)
    (tmp_path / "password").write_text("pässword\n")
    legacy = ("-legacy",) if format == "pkcs12-legacy" else ()
    out = openssl("pkcs12", "-in", file, "-passin", f"file:{tmp_path / 'password'}", "-nodes", *legacy)
    assert out.count(b"BEGIN CERTIFICATE") == 3 and out.count(b"BEGIN PRIVATE KEY") == 1


@pytest.mark.parametrize("format", FORMATS)
def test_fixed_keys_give_the_same_file(format: KeystoreFormat) -> None:
    assert keystore(format, fixed_keys=True).data == keystore(format, fixed_keys=True).data
    assert keystore(format, fixed_keys=True).data != keystore(format, fixed_keys=True, alias="other").data


def test_what_can_not_be_written_is_said() -> None:
    with pytest.raises(ValueError, match="'bks' is no keystore"):
        keystore("bks")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="is ASCII"):
        keystore("jceks", password="pässword")


def test_fixed_keys_give_the_same_archive() -> None:
    for faults in ({}, {"copy": 1, "stranger": 1}):
        made = [bulk_archive(4, faults=faults, fixed_keys=True) for _ in range(2)]
        assert made[0].data == made[1].data


def test_an_archive_is_imported_but_for_its_faults(tmp_path: Path) -> None:
    faults = {"wrong-password": 2, "no-password": 1, "damaged": 1, "copy": 1, "expired": 1, "stranger": 1}
    made = bulk_archive(12, faults=faults)
    with Workspace.open(None) as workspace:
        result = workspace.bulk.import_archive(made.write_to_path(tmp_path), identity_type=IdentityType.SERIAL_NUMBER)
    outcomes = {one.identity: one.outcome for one in result.results}
    assert set(outcomes) == set(made.identities)
    wrong = {identity for identity, fault in made.faults.items() if fault not in ("expired", "stranger")}
    assert {identity for identity, outcome in outcomes.items() if outcome != "imported"} == wrong


def test_an_archive_is_for_the_devices_of_a_fleet() -> None:
    numbers = [one.serial_number for one in fleet(devices=20) if one.serial_number]
    assert list(bulk_archive(3).identities) == numbers[:3]
    with pytest.raises(ValueError, match="is not a valid ArchiveFault"):
        bulk_archive(3, faults={"lost": 1})
