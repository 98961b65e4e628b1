"""Uploads: the format, the forms in which vendors deliver it, and refusals."""

from __future__ import annotations

import base64
import plistlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certfleet.store.errors import Refusal
from certfleet.store.push.portal import PushPortal
from certfleet.store.push.requests import read_csr, read_portal_request, sign_for_portal
from tests.material import ec_key, make_ca, make_chain, needs_openssl, openssl, rsa_key
from tests.store.push.desk import csr, signed

Parts = dict[str, Any]


def parts_of(data: bytes) -> Parts:
    found: Parts = plistlib.loads(base64.b64decode(data))
    return found


def packed(parts: Any) -> bytes:
    return base64.b64encode(plistlib.dumps(parts))


def test_a_vendor_makes_a_property_list_of_three_strings(portal: PushPortal) -> None:
    data = signed(portal)
    parts = parts_of(data)
    assert list(parts) == ["PushCertRequestCSR", "PushCertCertificateChain", "PushCertSignature"]
    assert base64.b64decode(parts["PushCertRequestCSR"]) == csr()
    chain = x509.load_pem_x509_certificates(parts["PushCertCertificateChain"].encode())
    assert [link.subject.rfc4514_string().split(",")[0] for link in chain] == [
        "CN=MDM Vendor: certfleet",
        "CN=Orchard Developer Relations CA",
        "CN=Orchard Root CA",
    ]
    request = read_portal_request(data)
    assert request.csr.public_bytes(Encoding.DER) == csr()
    assert (request.vendor, len(request.chain)) == ("certfleet (simulated MDM vendor)", 3)


@needs_openssl
def test_openssl_makes_the_request_and_verifies_the_vendors_signature(portal: PushPortal, tmp_path: Path) -> None:
    openssl(
        *("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Example push/C=DE"),
        *("-keyout", tmp_path / "key", "-out", tmp_path / "csr"),
    )
    parts = parts_of(sign_for_portal((tmp_path / "csr").read_bytes(), portal.authorities.vendor()))
    (tmp_path / "der").write_bytes(base64.b64decode(parts["PushCertRequestCSR"]))
    assert (tmp_path / "der").read_bytes() == openssl("req", "-in", tmp_path / "csr", "-outform", "DER")
    (tmp_path / "signature").write_bytes(base64.b64decode(parts["PushCertSignature"]))
    (tmp_path / "chain").write_text(parts["PushCertCertificateChain"])
    (tmp_path / "key.pub").write_bytes(openssl("x509", "-in", tmp_path / "chain", "-noout", "-pubkey"))
    verify = ("dgst", "-sha256", "-verify", tmp_path / "key.pub", "-signature", tmp_path / "signature")
    assert openssl(*verify, tmp_path / "der") == b"Verified OK\n"


@needs_openssl
def test_a_file_that_openssl_put_together_is_read(portal: PushPortal, tmp_path: Path) -> None:
    """As a vendor's script does it."""
    vendor = portal.authorities.vendor()
    (tmp_path / "key").write_bytes(openssl("pkcs8", "-inform", "DER", "-nocrypt", stdin=vendor.signer.key_der))
    (tmp_path / "der").write_bytes(csr())
    signature = openssl("dgst", "-sha256", "-sign", tmp_path / "key", tmp_path / "der")
    parts = parts_of(signed(portal))
    parts["PushCertSignature"] = base64.encodebytes(signature).decode()
    parts["PushCertRequestCSR"] = base64.encodebytes(csr()).decode()
    assert portal.upload("it@example.com", packed(parts)).vendor == "certfleet (simulated MDM vendor)"


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "base64 in lines": lambda xml: base64.encodebytes(xml),
    "base64 in one line": lambda xml: base64.b64encode(xml),
    "base64 with the lines of mail": lambda xml: base64.encodebytes(xml).replace(b"\n", b"\r\n"),
    "base64 without its padding": lambda xml: base64.b64encode(xml + b"\n").rstrip(b"=\n"),
    "base64 as UTF-16, out of an editor": lambda xml: base64.b64encode(xml).decode().encode("utf-16"),
    "a property list": lambda xml: xml,
    "a property list after blank lines": lambda xml: b"\n\n" + xml,
    "a property list with a byte order mark": lambda xml: b"\xef\xbb\xbf" + xml,
    "a property list without the XML declaration": lambda xml: xml.partition(b"\n")[2],
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_it_comes_as(portal: PushPortal, form: Callable[[bytes], bytes]) -> None:
    request = read_portal_request(form(base64.b64decode(signed(portal))))
    assert request.csr.public_bytes(Encoding.DER) == csr()


def test_the_parts_may_be_data_or_pem(portal: PushPortal) -> None:
    parts = parts_of(signed(portal))
    pem = x509.load_der_x509_csr(csr()).public_bytes(Encoding.PEM).decode()
    for changed in (
        {"PushCertRequestCSR": csr()},
        {"PushCertRequestCSR": pem},
        {"PushCertSignature": base64.b64decode(parts["PushCertSignature"])},
        {"PushCertCertificateChain": parts["PushCertCertificateChain"].encode()},
    ):
        assert len(read_portal_request(packed(parts | changed)).chain) == 3


def test_the_chain_may_come_in_another_order(portal: PushPortal) -> None:
    parts = parts_of(signed(portal))
    links = x509.load_pem_x509_certificates(parts["PushCertCertificateChain"].encode())
    parts["PushCertCertificateChain"] = b"".join(link.public_bytes(Encoding.PEM) for link in reversed(links)).decode()
    assert portal.upload("it@example.com", packed(parts)).id == 1


def a_bare_request_as_pem() -> bytes:
    return x509.load_der_x509_csr(csr()).public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    "data",
    [csr(), a_bare_request_as_pem(), base64.b64encode(csr()), b"Our request:\n" + a_bare_request_as_pem()],
    ids=["DER", "PEM", "base64", "PEM with text"],
)
def test_a_bare_request_is_refused_with_what_to_do(portal: PushPortal, data: bytes) -> None:
    with pytest.raises(Refusal, match="push-request-not-signed") as refused:
        portal.upload("it@example.com", data)
    assert "vendor" in str(refused.value.hint)
    assert portal.list() == []


OTHER_FILES = {
    "nothing": b"",
    "blanks": b" \n\t ",
    "text": b"Dear Apple, I would like a certificate.",
    "bytes": bytes(range(256)),
    "a certificate": make_chain().chain_pem,
    "a private key": make_chain().key_pem,
    "a web page": b"<!DOCTYPE html><html><body>Sign in</body></html>",
    "some XML": b"<?xml version='1.0'?><note/>",
    "cut XML": b"<?xml version='1.0'?><plist version='1.0'><dict><key>PushCert",
    "a list of nothing": packed([]),
    "an empty dictionary": packed({}),
    "deep lists": b"<plist>" + b"<array>" * 50_000,
    "a binary property list": plistlib.dumps({"PushCertRequestCSR": ""}, fmt=plistlib.FMT_BINARY),
    "entities": b"<!DOCTYPE plist [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><plist><string>&b;</string></plist>",
}


@pytest.mark.parametrize("data", OTHER_FILES.values(), ids=OTHER_FILES)
def test_what_is_no_request_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal, match="push-request-unreadable"):
        read_portal_request(data)


def test_a_file_that_is_far_too_large_is_refused_unread() -> None:
    with pytest.raises(Refusal, match="file-too-large"):
        read_portal_request(b"<plist>" + b" " * 1024 * 1024)


@pytest.mark.parametrize("part", ["PushCertRequestCSR", "PushCertCertificateChain", "PushCertSignature"])
@pytest.mark.parametrize("value", [None, "", "~", 5, ["x"], "QUJD", b""])
def test_a_part_that_is_missing_or_something_else_is_named(portal: PushPortal, part: str, value: object) -> None:
    parts = parts_of(signed(portal))
    if value is None:
        del parts[part]
    else:
        parts[part] = value
    code = "push-signature-broken" if (part, value) == ("PushCertSignature", "QUJD") else "push-request-unreadable"
    with pytest.raises(Refusal, match=code) as refused:
        read_portal_request(packed(parts))
    assert code == "push-signature-broken" or part in refused.value.message


def test_a_signature_over_another_request_is_refused(portal: PushPortal) -> None:
    parts = parts_of(signed(portal))
    parts["PushCertRequestCSR"] = base64.b64encode(csr(rsa_key(1))).decode()
    with pytest.raises(Refusal, match="push-signature-broken"):
        portal.upload("it@example.com", packed(parts))


def test_a_signature_by_another_key_is_refused(portal: PushPortal) -> None:
    parts = parts_of(signed(portal))
    other = rsa_key(1).sign(csr(), padding.PKCS1v15(), hashes.SHA256())
    parts["PushCertSignature"] = base64.b64encode(other).decode()
    with pytest.raises(Refusal, match="push-signature-broken"):
        portal.upload("it@example.com", packed(parts))


def test_a_signature_over_sha1_is_refused_by_that_name(portal: PushPortal) -> None:
    parts = parts_of(signed(portal))
    old = portal.authorities.vendor().signer.key.sign(csr(), padding.PKCS1v15(), hashes.SHA1())
    parts["PushCertSignature"] = base64.b64encode(old).decode()
    with pytest.raises(Refusal, match="push-signature-broken") as refused:
        portal.upload("it@example.com", packed(parts))
    assert "SHA-1" in refused.value.message


def resigned(portal: PushPortal, der: bytes) -> bytes:
    """A file with whatever in it, as a careless vendor signs it."""
    parts = parts_of(signed(portal))
    vendor = portal.authorities.vendor().signer.key
    parts["PushCertRequestCSR"] = base64.b64encode(der).decode()
    parts["PushCertSignature"] = base64.b64encode(vendor.sign(der, padding.PKCS1v15(), hashes.SHA256())).decode()
    return packed(parts)


def test_a_request_that_its_own_key_did_not_sign_is_refused(portal: PushPortal) -> None:
    spki = [
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for key in map(rsa_key, (0, 1))
    ]
    forged = csr(rsa_key(0)).replace(spki[0], spki[1])
    with pytest.raises(Refusal, match="possession-not-proven"):
        portal.upload("it@example.com", resigned(portal, forged))


@pytest.mark.parametrize("key", [ec_key(), rsa.generate_private_key(65537, 1024)], ids=["EC", "RSA-1024"])
def test_other_keys_are_not_accepted_by_vendor_or_portal(portal: PushPortal, key: Any) -> None:
    request = csr(key)
    for refused in (
        lambda: read_csr(request),
        lambda: sign_for_portal(request, portal.authorities.vendor()),
        lambda: portal.upload("it@example.com", resigned(portal, request)),
        lambda: portal.issue_app("it@example.com", request, "com.example.mail"),
    ):
        with pytest.raises(Refusal, match="push-key-not-accepted") as refusal:
            refused()
        assert "RSA-2048" in str(refusal.value.hint)


def by_a_vendor_of_ones_own(chain: bytes, key: rsa.RSAPrivateKey) -> bytes:
    return packed(
        {
            "PushCertRequestCSR": base64.b64encode(csr()).decode(),
            "PushCertCertificateChain": chain.decode(),
            "PushCertSignature": base64.b64encode(key.sign(csr(), padding.PKCS1v15(), hashes.SHA256())).decode(),
        }
    )


def test_a_vendor_below_another_root_is_unknown(portal: PushPortal) -> None:
    vendor = make_chain("MDM Vendor: Elsewhere", key=rsa_key(1))
    data = by_a_vendor_of_ones_own(vendor.chain_pem, rsa_key(1))
    assert read_portal_request(data).vendor == "Elsewhere"
    portal.authorities.current()
    with pytest.raises(Refusal, match="push-vendor-unknown"):
        portal.upload("it@example.com", data)


def test_a_root_of_the_right_name_alone_is_unknown(portal: PushPortal) -> None:
    vendor = portal.authorities.vendor()
    root = make_ca("Orchard Root CA")
    chain = vendor.signer.certificate.public_bytes(Encoding.PEM) + root.pem
    with pytest.raises(Refusal, match="push-vendor-unknown"):
        portal.upload("it@example.com", by_a_vendor_of_ones_own(chain, vendor.signer.key))


def test_a_push_certificate_makes_nobody_a_vendor(portal: PushPortal) -> None:
    """Its chain leads to the right root, but it is not a vendor's."""
    own = portal.upload("it@example.com", signed(portal, rsa_key(1)))
    with pytest.raises(Refusal, match="push-vendor-unknown") as refused:
        portal.upload("it@example.com", by_a_vendor_of_ones_own(portal.chain_pem(own.id), rsa_key(1)))
    assert "no MDM vendor" in refused.value.message


def test_where_no_request_was_ever_signed_every_vendor_is_unknown(portal: PushPortal) -> None:
    data = by_a_vendor_of_ones_own(make_chain(key=rsa_key(1)).chain_pem, rsa_key(1))
    with pytest.raises(Refusal, match="push-vendor-unknown"):
        portal.upload("it@example.com", data)
    assert portal.authorities.all() == []
