"""Profiles as Apple's portal makes them: our reader accepts them, and so does OpenSSL."""

from __future__ import annotations

import plistlib
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from certfleet.simulator.company.credentials import Credential, x509_name
from certfleet.simulator.company.issuing import IssuingAuthority
from certfleet.simulator.company.provisioning import provisioning_profile
from certfleet.simulator.company.purposes import CODE_SIGNING, SIGNING
from certfleet.store.authorities.validity import Validity
from certfleet.store.model.profile import ProfileKind
from certfleet.store.model.request import KeySpec
from certfleet.store.profiles.reading import read_profile
from tests.material import NOW, needs_openssl, openssl

VALIDITY = Validity(NOW - timedelta(days=100), NOW + timedelta(days=265))
ROOT = IssuingAuthority.root(x509_name("Orchard Root CA"), Random(1), VALIDITY)
APPLE = ROOT.subordinate(x509_name("Relations"), VALIDITY)
DEVELOPER = APPLE.issue(x509_name("iPhone Distribution: Company", "Company"), CODE_SIGNING, VALIDITY)
SIGNER = APPLE.issue(x509_name("Profile Signing"), SIGNING, VALIDITY, key=KeySpec.RSA_2048)
MAIL = "com.company.securemail"


def made(app_id: str = MAIL, *, signer: Credential = SIGNER, **more: object) -> bytes:
    return provisioning_profile(
        app_id,
        name="Secure Mail",
        team_id="9Q2XK7LM4D",
        team_name="Company",
        developers=[DEVELOPER.certificate],
        signer=signer,
        created_at=VALIDITY.not_before,
        not_after=VALIDITY.not_after,
        uuid=UUID(int=7),
        **more,  # type: ignore[arg-type]
    )


def test_an_in_house_profile() -> None:
    facts = read_profile(made())
    assert (facts.app_id, facts.application_identifier) == (MAIL, f"9Q2XK7LM4D.{MAIL}")
    assert (facts.name, facts.team_id, facts.team_name) == ("Secure Mail", "9Q2XK7LM4D", "Company")
    assert (facts.created_at, facts.not_after) == VALIDITY
    assert (facts.kind, facts.platforms, facts.devices) == (ProfileKind.IN_HOUSE, ("iOS",), None)
    assert facts.uuid == str(UUID(int=7))
    assert [one.name for one in facts.developer_certificates] == ["iPhone Distribution: Company"]
    assert facts.signer.name == "Profile Signing"


def test_other_kinds() -> None:
    assert read_profile(made(devices=["00008030-1", "00008030-2"])).devices == 2
    assert read_profile(made(devices=[])).kind is ProfileKind.AD_HOC
    assert read_profile(made("com.company.*")).is_wildcard
    mac = read_profile(made(platforms=["OSX"]))
    assert (mac.kind, mac.app_id) == (ProfileKind.DEVELOPER_ID, MAIL)


@needs_openssl
@pytest.mark.parametrize("key", [KeySpec.RSA_2048, KeySpec.EC_P256, KeySpec.EC_P384])
def test_openssl_verifies_it_up_to_the_root(tmp_path: Path, key: KeySpec) -> None:
    signer = APPLE.issue(x509_name("Profile Signing"), SIGNING, VALIDITY, key=key)
    (tmp_path / "profile").write_bytes(made(signer=signer))
    (tmp_path / "root").write_bytes(Credential(APPLE.issuers[-1], (), None).pem())
    at = str(int(NOW.timestamp()))
    line = ("cms", "-verify", "-inform", "DER", "-purpose", "any", "-attime", at, "-CAfile", tmp_path / "root")
    plist = plistlib.loads(openssl(*line, "-in", tmp_path / "profile"))
    assert plist["Entitlements"]["application-identifier"] == f"9Q2XK7LM4D.{MAIL}"
    assert read_profile(made(signer=signer)).app_id == MAIL
