"""Provisioning profiles in every form, and their facts."""

from __future__ import annotations

import base64
import plistlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from certfleet.store.model.profile import ProfileKind
from certfleet.store.profiles.reading import read_profile
from tests.material import NOW, Issued, issue, make_ca, needs_openssl, rsa_key
from tests.store.profiles.material import (
    APP,
    TEAM,
    UUID,
    YEAR,
    developer,
    make_plist,
    make_profile,
    portal,
    sign_with_openssl,
)


def test_what_a_profile_says() -> None:
    facts = read_profile(make_profile(developers=(developer(1), developer(2))))

    assert (facts.name, facts.app_id_name, facts.uuid) == ("Secure Mail In-House", "Secure Mail", UUID)
    assert (facts.app_id, facts.application_identifier, facts.is_wildcard) == (APP, f"{TEAM}.{APP}", False)
    assert (facts.team_id, facts.team_name, facts.platforms) == (TEAM, "Company Logistics", ("iOS",))
    assert (facts.created_at, facts.valid_from, facts.not_after) == (NOW, NOW, NOW + YEAR)
    assert (facts.kind, facts.provisions_all_devices, facts.devices) == (ProfileKind.IN_HOUSE, True, None)
    assert facts.signer.name == "Provisioning Profile Signing"


def test_who_may_sign_the_app() -> None:
    made = developer()
    [certificate] = read_profile(make_profile()).developer_certificates

    assert certificate.name == "iPhone Distribution: Company 1"
    assert certificate.subject == f"CN={certificate.name}"
    assert int(certificate.serial_number, 16) == made.certificate.serial_number
    assert certificate.not_before == made.certificate.not_valid_before_utc
    assert certificate.not_after == made.certificate.not_valid_after_utc
    assert len(certificate.fingerprint_sha256) == len(certificate.public_key_sha256) == 64


def test_an_expired_profile_is_read_like_any_other() -> None:
    assert read_profile(make_profile(not_after=NOW - timedelta(days=1))).not_after < NOW


@pytest.mark.parametrize(
    ("identifier", "app_id", "wildcard"),
    [
        (f"{TEAM}.com.company.*", "com.company.*", True),
        (f"{TEAM}.*", "*", True),
        ("A1B2C3D4E5.com.company.old", "com.company.old", False),  # a prefix of its own, from before teams
        ("legacy.com.company.old", "com.company.old", False),  # whatever it is, the profile names it as a prefix
        ("com.company.bare", "com.company.bare", False),
    ],
)
def test_app_ids_with_and_without_their_prefix(identifier: str, app_id: str, wildcard: bool) -> None:
    facts = read_profile(
        make_profile(Entitlements={"application-identifier": identifier}, ApplicationIdentifierPrefix=["legacy", TEAM])
    )
    assert (facts.app_id, facts.is_wildcard) == (app_id, wildcard)


@pytest.mark.parametrize(
    ("changes", "kind", "devices"),
    [
        ({}, ProfileKind.IN_HOUSE, None),
        ({"Platform": ["OSX"]}, ProfileKind.DEVELOPER_ID, None),
        ({"ProvisionsAllDevices": None}, ProfileKind.APP_STORE, None),
        ({"ProvisionsAllDevices": None, "ProvisionedDevices": ["0000-1", "0000-2"]}, ProfileKind.AD_HOC, 2),
        (
            {
                "ProvisionsAllDevices": None,
                "ProvisionedDevices": ["0000-1"],
                "Entitlements": {"application-identifier": f"{TEAM}.{APP}", "get-task-allow": True},
            },
            ProfileKind.DEVELOPMENT,
            1,
        ),
    ],
)
def test_how_apps_with_it_get_to_devices(changes: dict[str, Any], kind: ProfileKind, devices: int | None) -> None:
    facts = read_profile(make_profile(**changes))
    assert (facts.kind, facts.devices) == (kind, devices)


def test_a_profile_of_a_mac_app() -> None:
    entitlements = {"com.apple.application-identifier": f"{TEAM}.com.company.agent"}
    facts = read_profile(make_profile(Entitlements=entitlements, Platform=None))
    assert (facts.app_id, facts.platforms) == ("com.company.agent", ("OSX",))


def test_what_a_profile_may_leave_out() -> None:
    plist: dict[str, Any] = {key: None for key in make_plist() if key != "ExpirationDate"}
    facts = read_profile(make_profile(**plist | {"Entitlements": {"application-identifier": f"{TEAM}.{APP}"}}))

    assert (facts.name, facts.app_id, facts.platforms) == (APP, APP, ("iOS",))
    assert facts.valid_from < facts.not_after == NOW + YEAR
    assert (facts.uuid, facts.team_id, facts.team_name, facts.created_at) == (None, None, None, None)
    assert facts.developer_certificates == ()


def test_texts_are_made_safe_to_show_and_short() -> None:
    facts = read_profile(make_profile(Name="Mail\t\u202egnp", TeamName="x" * 100_000, UUID=["no text"]))
    assert facts.name == "Mail\\x09\\u202egnp"
    assert facts.team_name is not None
    assert (len(facts.team_name), facts.uuid) == (200, None)


# Forms

EC_SIGNER = issue("EC Signer", issuer=make_ca("EC Root"), key=ec.generate_private_key(ec.SECP384R1()))


@needs_openssl
@pytest.mark.parametrize("signer", [portal(), EC_SIGNER], ids=["rsa", "ecdsa"])
@pytest.mark.parametrize("command", ["smime", "cms"])
@pytest.mark.parametrize("form", ["DER", "PEM", "SMIME"])
@pytest.mark.parametrize("options", [(), ("-stream",), ("-noattr",)], ids=["plain", "stream", "noattr"])
def test_every_form_that_openssl_writes(
    tmp_path: Path, command: str, form: str, options: tuple[str, ...], signer: Issued
) -> None:
    data = sign_with_openssl(tmp_path, None, "-nodetach", *options, command=command, form=form, signer=signer)
    facts = read_profile(data)
    fingerprint = signer.certificate.fingerprint(hashes.SHA256()).hex()
    assert (facts.app_id, facts.signer.fingerprint_sha256) == (APP, fingerprint)


@needs_openssl
@pytest.mark.parametrize("digest", ["sha1", "sha224", "sha256", "sha384", "sha512"])
def test_hashes(tmp_path: Path, digest: str) -> None:
    assert read_profile(sign_with_openssl(tmp_path, None, "-nodetach", "-md", digest)).app_id == APP


@needs_openssl
def test_a_signer_named_by_its_key(tmp_path: Path) -> None:
    data = sign_with_openssl(tmp_path, None, "-nodetach", "-keyid", command="cms")
    assert read_profile(data) == read_profile(make_profile())


@needs_openssl
def test_a_binary_property_list(tmp_path: Path) -> None:
    content = plistlib.dumps(make_plist(), fmt=plistlib.FMT_BINARY)
    assert read_profile(sign_with_openssl(tmp_path, content, "-nodetach")) == read_profile(make_profile())


@needs_openssl
def test_a_large_profile_in_pieces(tmp_path: Path) -> None:
    devices = [f"00008030-{number:016X}" for number in range(10_000)]
    content = plistlib.dumps(make_plist(ProvisionsAllDevices=None, ProvisionedDevices=devices))
    data = sign_with_openssl(tmp_path, content, "-nodetach", "-stream", command="cms")
    assert data[1:2] == b"\x80"  # BER of indefinite length
    assert read_profile(data).devices == 10_000


@pytest.mark.parametrize(
    "wrap",
    [
        lambda data: data + b"\0\0\r\n",
        base64.b64encode,
        base64.encodebytes,
        lambda data: (
            b"Profile of the mail app\n-----BEGIN CMS-----\n" + base64.encodebytes(data) + b"-----END CMS-----"
        ),
    ],
    ids=["padded", "base64", "lines of base64", "text around"],
)
def test_what_copies_and_mails_make_of_it(wrap: Any) -> None:
    assert read_profile(wrap(make_profile())) == read_profile(make_profile())


def test_several_developers_with_rsa_keys() -> None:
    made = tuple(issue(f"Developer {number}", key=rsa_key(number)) for number in range(2))
    facts = read_profile(make_profile(developers=made))
    assert [one.name for one in facts.developer_certificates] == ["Developer 0", "Developer 1"]
