"""Files that are not profiles, or differ from what was signed, are refused with the reason."""

from __future__ import annotations

import os
import plistlib
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from certfleet.store.certificates.asn1 import cms
from certfleet.store.certificates.files import read_input
from certfleet.store.certificates.limits import MAX_BER, MAX_PROFILE
from certfleet.store.errors import Refusal
from certfleet.store.profiles.reading import read_profile
from tests.material import issue, make_chain, needs_openssl, rsa_key
from tests.store.profiles.material import APP, TEAM, make_plist, make_profile, portal, sign_with_openssl


def refused(data: bytes) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        read_profile(data)
    return refusal.value


# Changed after it was signed


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"2027-01-01", b"2037-01-01"), (b"company.securemail", b"company.insecurema"), (b"<true", b"<trUe")],
)
def test_a_changed_content(before: bytes, after: bytes) -> None:
    data = make_profile()
    assert before in data
    assert refused(data.replace(before, after)).code == "profile-signature-invalid"


def test_a_changed_signature() -> None:
    data = make_profile()
    assert refused(data[:-1] + bytes([data[-1] ^ 1])).code == "profile-signature-invalid"


def test_a_content_with_its_digest_changed_to_fit(tmp_path: Path) -> None:
    """Whoever changes the content changes the digest in the attributes too; the signature is over those."""
    good, other = (cms.ContentInfo.load(make_profile(TeamName=name)) for name in ("Company", "Another"))
    good["content"]["encap_content_info"] = other["content"]["encap_content_info"]
    signer = good["content"]["signer_infos"][0]
    signer["signed_attrs"] = other["content"]["signer_infos"][0]["signed_attrs"]
    assert refused(good.dump(force=True)).code == "profile-signature-invalid"


def with_certificate(data: bytes, certificate: bytes) -> bytes:
    """A profile with this certificate in it, in place of those that it came with."""
    info = cms.ContentInfo.load(data)
    info["content"]["certificates"] = cms.CertificateSet([cms.CertificateChoices.load(certificate)])
    return bytes(info.dump(force=True))


def test_another_key_under_the_signers_name() -> None:
    signer = issue("Provisioning Profile Signing")
    forged = issue("Provisioning Profile Signing", serial_number=signer.certificate.serial_number)
    data = make_profile(signer=signer)
    assert read_profile(with_certificate(data, signer.der)).app_id == APP
    assert refused(with_certificate(data, forged.der)).code == "profile-signature-invalid"
    rsa = issue("Provisioning Profile Signing", key=rsa_key(), serial_number=signer.certificate.serial_number)
    assert refused(with_certificate(data, rsa.der)).code == "profile-signature-invalid"


def test_a_changed_certificate_of_the_signer() -> None:
    """Its key is the same, so the signature on the content holds; its issuer's, which came along, doesn't."""
    data = make_profile()
    assert refused(data.replace(b"Provisioning Profile Signing", b"Apple iPhone Profile Signing")).code == (
        "profile-signature-invalid"
    )


def test_without_the_signers_certificate() -> None:
    assert refused(with_certificate(make_profile(), make_chain().der)).code == "profile-unsigned"


@needs_openssl
def test_without_any_certificate(tmp_path: Path) -> None:
    signer = issue("Alone")
    data = sign_with_openssl(tmp_path, None, "-nodetach", "-nocerts", signer=signer)
    assert refused(data).code == "profile-unsigned"


def test_nobody_has_signed_it() -> None:
    info = cms.ContentInfo.load(make_profile())
    info["content"]["signer_infos"] = []
    assert refused(info.dump(force=True)).code == "profile-unsigned"
    assert refused(pkcs7.serialize_certificates([portal().certificate], Encoding.DER)).code == "profile-unsigned"


@needs_openssl
def test_signatures_that_are_not_checked(tmp_path: Path) -> None:
    pss = sign_with_openssl(tmp_path, None, "-nodetach", "-keyopt", "rsa_padding_mode:pss", command="cms")
    assert refused(pss).code == "signature-unsupported"
    md5 = sign_with_openssl(tmp_path, None, "-nodetach", "-md", "md5")
    assert refused(md5).code == "signature-unsupported"


# Without the content


@needs_openssl
@pytest.mark.parametrize("command", ["smime", "cms"])
@pytest.mark.parametrize("form", ["DER", "PEM", "SMIME"])
def test_a_detached_signature(tmp_path: Path, command: str, form: str) -> None:
    refusal = refused(sign_with_openssl(tmp_path, command=command, form=form))
    assert refusal.code == "profile-detached"
    assert refusal.hint is not None
    assert "-nodetach" in refusal.hint


@needs_openssl
@pytest.mark.parametrize("content", [b"Hello", b"\0" * 100, b"<?xml version='1.0'?><html/>", b"bplist00" + bytes(40)])
def test_something_else_is_signed(tmp_path: Path, content: bytes) -> None:
    assert refused(sign_with_openssl(tmp_path, content, "-nodetach")).code == "profile-no-plist"


@needs_openssl
def test_a_property_list_that_is_no_dictionary(tmp_path: Path) -> None:
    assert refused(sign_with_openssl(tmp_path, plistlib.dumps(["a"]), "-nodetach")).code == "profile-no-plist"


# What it lacks


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"ExpirationDate": None}, ["ExpirationDate"]),
        ({"ExpirationDate": "2027-01-01"}, ["ExpirationDate"]),
        ({"Entitlements": None}, ["application-identifier"]),
        ({"Entitlements": {"application-identifier": f"{TEAM}."}}, ["application-identifier"]),
        ({"Entitlements": {"application-identifier": "two words"}}, ["application-identifier"]),
        ({"Entitlements": ["no dictionary"], "ExpirationDate": None}, ["ExpirationDate", "application-identifier"]),
    ],
)
def test_what_is_missing_is_named(changes: dict[str, Any], named: list[str]) -> None:
    refusal = refused(make_profile(**changes))
    assert refusal.code == "profile-incomplete"
    assert all(name in refusal.message for name in ("ExpirationDate", "application-identifier") if name in named)
    assert not any(name in refusal.message for name in {"ExpirationDate", "application-identifier"} - set(named))


@pytest.mark.parametrize("damaged", [b"", b"no certificate", "text", 7])
def test_a_damaged_developer_certificate_is_named_by_its_number(damaged: object) -> None:
    good = make_plist()["DeveloperCertificates"]
    refusal = refused(make_profile(DeveloperCertificates=[*good, damaged]))
    assert (refusal.code, "developer certificate 2" in refusal.message) == ("certificate-unreadable", True)
    assert refused(make_profile(DeveloperCertificates="none")).code == "certificate-unreadable"
    assert refused(make_profile(DeveloperCertificates=[b""] * 2_001)).code == "too-many-certificates"


# Other files


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (b"", "file-empty", ""),
        (b" \n\0", "file-empty", ""),
        (b"Hello, world.", "profile-unreadable", "text"),
        (bytes(range(256)), "profile-unreadable", "not signed data"),
        (plistlib.dumps(make_plist()), "profile-unreadable", "without a signature"),
        (b"PK\3\4" + bytes(100), "profile-unreadable", "ZIP"),
        (make_chain().der, "profile-unreadable", "a certificate"),
        (make_chain().pem, "profile-unreadable", "a certificate"),
        (b"-----BEGIN CMS-----\n***\n-----END CMS-----\n", "profile-unreadable", "base64"),
        (b"-----BEGIN PKCS7-----\nAAAA", "file-truncated", ""),
    ],
    ids=["empty", "blank", "text", "bytes", "plist", "zip", "der", "pem", "cms", "truncated"],
)
def test_other_files(data: bytes, code: str, word: str) -> None:
    refusal = refused(data)
    assert (refusal.code, word in refusal.message) == (code, True)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.999])
def test_a_truncated_profile(share: float) -> None:
    data = make_profile()
    assert refused(data[: int(len(data) * share)]).code == "file-truncated"


@needs_openssl
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_profile_in_pieces(tmp_path: Path, share: float) -> None:
    data = sign_with_openssl(tmp_path, None, "-nodetach", "-stream", command="cms")
    assert refused(data[: int(len(data) * share)]).code == "file-truncated"


# Size


def test_a_file_of_100_mb_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "huge.mobileprovision"
    path.write_bytes(make_profile())
    os.truncate(path, 100_000_000)  # sparse: it takes no room
    with pytest.raises(Refusal, match="file-too-large"):
        read_input(path, MAX_PROFILE)


def test_bytes_beyond_the_limit() -> None:
    assert refused(make_profile().ljust(MAX_PROFILE + 1, b"\0")).code == "file-too-large"
    assert read_profile(make_profile().ljust(MAX_PROFILE, b"\0")).app_id == APP


@needs_openssl
def test_pieces_beyond_the_limit(tmp_path: Path) -> None:
    content = plistlib.dumps(make_plist(Filler="x" * MAX_BER))
    assert refused(sign_with_openssl(tmp_path, content, "-nodetach", "-stream", command="cms")).code == "file-too-large"
    assert read_profile(sign_with_openssl(tmp_path, content, "-nodetach")).app_id == APP
