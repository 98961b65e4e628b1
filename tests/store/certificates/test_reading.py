"""Certificates out of everything that people bring."""

from __future__ import annotations

import base64
import gzip
import json
import textwrap
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs7, pkcs12
from cryptography.hazmat.primitives.serialization import NoEncryption as Plain

from certfleet.store.certificates import reading
from certfleet.store.certificates.reading import read_certificates
from certfleet.store.errors import Refusal
from tests.material import Issued, issue, make_chain, name, needs_openssl, openssl, rsa_key


@pytest.fixture(scope="module")
def made() -> Issued:
    return make_chain()


def ders(data: bytes) -> list[bytes]:
    return [certificate.der for certificate in read_certificates(data, "a.pem").certificates]


def refusal_of(data: bytes) -> Refusal:
    with pytest.raises(Refusal) as refused:
        read_certificates(data, "a.pem")
    return refused.value


def test_pem_der_and_bare_base64(made: Issued) -> None:
    assert ders(made.pem) == [made.der]
    assert ders(made.der) == [made.der]
    assert ders(base64.b64encode(made.der)) == [made.der]
    assert ders(base64.encodebytes(made.der)) == [made.der]


def test_several_blocks_keep_the_order_of_the_file(made: Issued) -> None:
    assert ders(made.chain_pem) == made.chain_der
    assert ders(b"".join(made.chain_der)) == made.chain_der


@pytest.mark.parametrize(
    "change",
    [
        lambda pem: pem.replace("\n", "\r\n"),
        lambda pem: pem.replace("\n", "\r"),
        lambda pem: "\ufeff" + pem,
        lambda pem: "subject=/CN=Zoë\nBag Attributes: none\n" + pem + "\nthe end\n",
        lambda pem: textwrap.indent(pem, "    "),
        lambda pem: pem.rstrip(),
        lambda pem: pem.replace("BEGIN CERT", "BEGIN X509 CERT").replace("END CERT", "END X509 CERT"),
        lambda pem: pem.replace("\n", "\n\n"),
        lambda pem: pem.replace("\n", "\\n"),
        lambda pem: json.dumps({"certificate": pem}),
        lambda pem: pem.replace("=", ""),
        lambda pem: "".join(pem.splitlines()),
    ],
)
def test_pem_as_people_have_it(made: Issued, change: object) -> None:
    assert ders(change(made.pem.decode()).encode("utf-8")) == [made.der]  # type: ignore[operator]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_from_an_editor(made: Issued, encoding: str) -> None:
    assert ders(made.chain_pem.decode().encode(encoding)) == made.chain_der


def test_padding_after_der(made: Issued) -> None:
    assert ders(made.der + b"\r\n") == [made.der]
    assert ders(made.der + b"\0" * 100) == [made.der]


def test_padding_after_pem(made: Issued) -> None:
    assert ders(made.pem + b"\0" * 100) == [made.der]


def test_pem_out_of_a_mail(made: Issued) -> None:
    assert ders(textwrap.indent(made.pem.decode(), "> ").encode()) == [made.der]
    assert ders(textwrap.indent(made.pem.decode(), ">> ").encode()) == [made.der]


def test_something_else_after_a_der_certificate(made: Issued) -> None:
    for rest in (b"e!", b"0\x80", b"0\x84\xff", b"trailing junk", made.key_der):
        refusal = refusal_of(made.der + rest)
        assert refusal.code == "certificate-unreadable"
        assert f"after its certificate that is not a certificate ({len(rest)} bytes)" in refusal.message
    assert refusal_of(made.der + made.der[:-1]).code == "file-truncated"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"\x30\x80" * 100, b"\x30\x80"])
def test_what_is_no_text_file(data: bytes) -> None:
    refusal = refusal_of(data)
    assert refusal.code in ("not-a-certificate", "file-truncated")
    assert "text" not in refusal.message


def test_a_key_in_the_same_file(made: Issued) -> None:
    file = read_certificates(made.key_pem + made.chain_pem, "a.pem")
    assert [certificate.der for certificate in file.certificates] == made.chain_der
    assert file.keys == (made.key_pem,)


@needs_openssl
def test_the_trusted_form_of_openssl(made: Issued) -> None:
    trusted = openssl("x509", "-trustout", "-addtrust", "serverAuth", "-setalias", "x", stdin=made.pem)
    assert b"TRUSTED" in trusted
    assert ders(trusted) == [made.der]


def test_pkcs7(made: Issued) -> None:
    der = pkcs7.serialize_certificates(list(made.chain), Encoding.DER)
    pem = pkcs7.serialize_certificates(list(made.chain), Encoding.PEM)
    for data in (
        der,
        pem,
        pem.replace(b"PKCS7", b"CMS"),
        pem.replace(b"PKCS7", b"CERTIFICATE"),
        base64.b64encode(der),
        der + b"\r\n",
        indefinite(der),
    ):
        assert sorted(ders(data)) == sorted(made.chain_der)


def indefinite(der: bytes) -> bytes:
    """The PKCS #7 file with BER's indefinite lengths in its outer layers."""
    content = cms.ContentInfo.load(der)
    signed = content["content"].untag()
    oid = content["content_type"].dump()
    return bytes(b"\x30\x80" + oid + b"\xa0\x80\x30\x80" + signed.contents + b"\0\0" * 3)


@needs_openssl
def test_pkcs7_of_openssl(made: Issued, tmp_path: Path) -> None:
    (tmp_path / "chain.pem").write_bytes(made.chain_pem)
    data = openssl("crl2pkcs7", "-nocrl", "-certfile", tmp_path / "chain.pem", "-outform", "DER")
    assert sorted(ders(data)) == sorted(made.chain_der)


def test_an_empty_pkcs7() -> None:
    empty = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": {
                "version": "v1",
                "digest_algorithms": [],
                "encap_content_info": {"content_type": "data"},
                "signer_infos": [],
            },
        }
    ).dump()
    assert "without certificates" in refusal_of(empty).message


def other_things(made: Issued) -> dict[str, tuple[bytes, str]]:
    builder = x509.CertificateSigningRequestBuilder().subject_name(name("a"))
    request = builder.sign(made.key, hashes.SHA256())
    revocations = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name("a"))
        .last_update(made.certificate.not_valid_before_utc)
        .next_update(made.certificate.not_valid_after_utc)
        .sign(made.key, hashes.SHA256())
    )
    public = made.key.public_key()
    store = pkcs12.serialize_key_and_certificates(b"a", made.key, made.certificate, None, Plain())
    mail = pkcs7.PKCS7EnvelopeBuilder().set_data(b"a").add_recipient(issue(key=rsa_key()).certificate)
    data = cms.ContentInfo({"content_type": "data", "content": b"a"}).dump()
    parameters = base64.encodebytes(bytes.fromhex("06082a8648ce3d030107")).decode()
    return {
        "key-pem": (made.key_pem, "a private key"),
        "key-der": (made.key_der, "a private key"),
        "request-pem": (request.public_bytes(Encoding.PEM), "signing request"),
        "request-der": (request.public_bytes(Encoding.DER), "signing request"),
        "crl-pem": (revocations.public_bytes(Encoding.PEM), "revocation list"),
        "crl-der": (revocations.public_bytes(Encoding.DER), "revocation list"),
        "public-pem": (public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "public key"),
        "public-der": (public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), "public key"),
        "ssh": (public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH), "SSH public key"),
        "pkcs12": (store, "PKCS #12"),
        "pkcs12-base64": (base64.b64encode(store), "PKCS #12"),
        "jks": (b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\0", "JKS"),
        "html": (b"\n<!DOCTYPE html><html><title>Sign in</title></html>", "HTML page"),
        "xml": (b"<?xml version='1.0'?><plist/>", "XML"),
        "json": (b'{"a": 1}', "JSON"),
        "encrypted-pem": (mail.encrypt(Encoding.PEM, []), "encrypted message"),
        "encrypted-der": (mail.encrypt(Encoding.DER, []), "encrypted message"),
        "cms-data": (data, "holds no certificates"),
        "parameters": (
            f"-----BEGIN EC PARAMETERS-----\n{parameters}-----END EC PARAMETERS-----\n".encode(),
            "parameters",
        ),
        "gzip": (gzip.compress(made.pem), "compressed"),
        "zip": (b"PK\3\4" + b"\0" * 100, "ZIP"),
        "text": ("Grüße, das Zertifikat kommt später.\n".encode(), "text file"),
    }


def test_what_it_seems_to_be_instead(made: Issued) -> None:
    for what, (data, words) in other_things(made).items():
        refusal = refusal_of(data)
        assert (what, refusal.code) == (what, "not-a-certificate")
        assert words in refusal.message, what


def test_a_keystore_is_to_be_imported_as_one() -> None:
    assert "as a keystore" in (refusal_of(b"\xfe\xed\xfe\xed\0\0\0\2").hint or "")


def test_cut_files(made: Issued) -> None:
    pkcs7_der = pkcs7.serialize_certificates(list(made.chain), Encoding.DER)
    for data in (made.der[:-1], made.der[:100], made.pem[:-30], pkcs7_der[:-1], indefinite(pkcs7_der)[:-20]):
        assert refusal_of(data).code == "file-truncated"


def test_an_unreadable_block_is_counted(made: Issued) -> None:
    broken = b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"
    refusal = refusal_of(made.pem + broken)
    assert refusal.code == "certificate-unreadable"
    assert "block 2 of a.pem" in refusal.message


def test_empty_and_unknown() -> None:
    assert refusal_of(b"").code == "file-empty"
    assert refusal_of(b" \r\n\0").code == "file-empty"
    assert refusal_of(bytes(range(256)) * 4).code == "not-a-certificate"


def test_too_many(monkeypatch: pytest.MonkeyPatch, made: Issued) -> None:
    monkeypatch.setattr(reading, "MAX_CERTIFICATES", 2)
    for data in (
        made.chain_pem,
        b"".join(made.chain_der),
        pkcs7.serialize_certificates(list(made.chain), Encoding.DER),
    ):
        assert refusal_of(data).code == "too-many-certificates"


def test_the_name_of_the_file_is_shown_safely() -> None:
    with pytest.raises(Refusal) as refused:
        read_certificates(b"x", "a\x1b[2J.pem")
    assert "\x1b" not in refused.value.message


def test_pem_inside_a_der_certificate_is_no_pem() -> None:
    comment = x509.UnrecognizedExtension(
        x509.ObjectIdentifier("2.16.840.1.113730.1.13"), b"-----BEGIN CERTIFICATE-----"
    )
    made = issue(extensions=(comment,))
    assert ders(made.der) == [made.der]
