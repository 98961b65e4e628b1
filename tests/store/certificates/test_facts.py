"""What a certificate says, against cryptography for ordinary ones, and leniently for odd ones."""

from __future__ import annotations

import hashlib
import ipaddress
import warnings
from datetime import UTC, datetime

import pytest
from asn1crypto import core
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from certfleet.store.certificates.facts import parse_certificate
from certfleet.store.errors import Refusal
from tests.cases import case
from tests.material import issue, make_ca, make_chain, name, rsa_key


def reencoded(der: bytes, **changes: object) -> bytes:
    """The certificate with fields of its signed part changed; its signature is no good any more."""
    certificate = asn1.Certificate.load(der)
    for field, value in changes.items():
        certificate["tbs_certificate"][field] = value
    return bytes(certificate.dump())


def odd_name(tag: int, value: bytes, oid: str = "550403") -> asn1.Name:
    """A Name of one attribute, with any string type and any bytes."""

    def wrap(kind: int, contents: bytes) -> bytes:
        return bytes((kind, len(contents))) + contents

    attribute = wrap(0x30, wrap(0x06, bytes.fromhex(oid)) + wrap(tag, value))
    made: asn1.Name = asn1.Name.load(wrap(0x30, wrap(0x31, attribute)))
    return made


def test_an_ordinary_certificate() -> None:
    made = issue(
        issuer=make_ca("Example Root"),
        key=rsa_key(),
        sans=(x509.DNSName("mdm.example.com"), x509.IPAddress(ipaddress.ip_address("10.0.0.1"))),
        serial_number=0xABC,
    )
    parsed = parse_certificate(made.der)
    facts = parsed.facts
    assert facts.version == 3
    assert facts.subject == "CN=mdm.example.com"
    assert facts.issuer == "CN=Example Root"
    assert facts.serial_number == "0ABC"
    assert facts.not_before == made.certificate.not_valid_before_utc
    assert facts.not_after == made.certificate.not_valid_after_utc
    assert facts.sans == ("DNS:mdm.example.com", "IP:10.0.0.1")
    assert facts.fingerprint_sha256 == hashlib.sha256(made.der).hexdigest()
    spki = made.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert facts.public_key_sha256 == hashlib.sha256(spki).hexdigest()
    assert (facts.key_algorithm, facts.key_size) == ("RSA", 2048)
    assert facts.signature_algorithm == "ecdsa-with-SHA256"
    assert not facts.is_ca
    assert parsed.x509 == made.certificate


def test_the_other_extensions() -> None:
    usage = x509.KeyUsage(True, False, True, False, False, False, False, False, False)
    made = issue(
        extensions=(
            usage,
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ObjectIdentifier("1.2.3.4")]),
            x509.AuthorityKeyIdentifier(b"\1\2", None, None),
        )
    )
    facts = parse_certificate(made.der).facts
    assert facts.key_usage == ("digitalSignature", "keyEncipherment")
    assert facts.extended_key_usage == ("serverAuth", "1.2.3.4")
    assert facts.authority_key_id == "0102"
    expected = made.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert facts.subject_key_id == expected.hex()


def test_every_form_of_alternative_name() -> None:
    upn = core.UTF8String("user@example.com").dump()
    made = issue(
        sans=(
            x509.RFC822Name("a@example.com"),
            x509.UniformResourceIdentifier("https://example.com/x"),
            x509.OtherName(ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), upn),
            x509.OtherName(ObjectIdentifier("1.2.3.4"), upn),
            x509.DirectoryName(name("Someone", C="DE")),
            x509.RegisteredID(ObjectIdentifier("1.2.3")),
            x509.IPAddress(ipaddress.ip_address("2001:db8::1")),
        )
    )
    assert parse_certificate(made.der).facts.sans == (
        "email:a@example.com",
        "URI:https://example.com/x",
        "UPN:user@example.com",
        "other:1.2.3.4",
        "DirName:CN=Someone,C=DE",
        "RID:1.2.3",
        "IP:2001:db8::1",
    )


@pytest.mark.parametrize(
    ("key", "algorithm", "size", "signature"),
    [
        (ec.generate_private_key(ec.SECP256R1()), "EC P-256", 256, "ecdsa-with-SHA256"),
        (ec.generate_private_key(ec.SECP521R1()), "EC P-521", 521, "ecdsa-with-SHA256"),
        (ed25519.Ed25519PrivateKey.generate(), "Ed25519", 256, "Ed25519"),
        (ed448.Ed448PrivateKey.generate(), "Ed448", 456, "Ed448"),
    ],
)
def test_keys(key: ec.EllipticCurvePrivateKey, algorithm: str, size: int, signature: str) -> None:
    facts = parse_certificate(issue(key=key).der).facts
    assert (facts.key_algorithm, facts.key_size, facts.signature_algorithm) == (algorithm, size, signature)


def test_a_negative_serial_number() -> None:
    parsed = parse_certificate(reencoded(issue().der, serial_number=-5))
    assert parsed.facts.serial_number == "-05"
    assert parsed.x509 is None


def test_a_serial_number_of_zero() -> None:
    assert parse_certificate(reencoded(issue().der, serial_number=0)).facts.serial_number == "00"


def test_a_version_1_root_is_an_authority() -> None:
    der = reencoded(make_ca("Old Root").der, version="v1", extensions=None)
    facts = parse_certificate(der).facts
    assert (facts.version, facts.is_ca) == (1, True)


def test_extensions_in_a_version_that_has_none() -> None:
    facts = parse_certificate(reencoded(make_ca("Old Root").der, version="v1")).facts
    assert (facts.version, facts.is_ca) == (1, True)
    facts = parse_certificate(reencoded(issue("leaf").der, version="v2")).facts
    assert (facts.version, facts.is_ca) == (2, False)


@pytest.mark.parametrize(
    ("tag", "value", "subject"),
    [
        (0x14, "Müller".encode("latin-1"), "CN=Müller"),
        (0x1E, "Zoë".encode("utf-16-be"), "CN=Zoë"),
        (0x1C, "Ω".encode("utf-32-be"), "CN=Ω"),
        (0x13, b"a*b@c", "CN=a*b@c"),
        (0x0C, b"\xff\xfe", "CN=ÿþ"),
        (0x13, b"", "CN="),
        (0x0C, b" a,b+c#", "CN=\\ a\\,b\\+c#"),
        (0x0C, b"#x ", "CN=\\#x\\ "),
        (0x0C, b"\x1b[2J", "CN=\\1B[2J"),
        (0x04, b"\1\2", "CN=#04020102"),
    ],
)
def test_odd_names(tag: int, value: bytes, subject: str) -> None:
    parsed = parse_certificate(reencoded(issue().der, subject=odd_name(tag, value)))
    assert parsed.facts.subject == subject


def test_a_country_of_wrong_length_warns_nobody() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        der = reencoded(issue().der, subject=odd_name(0x13, b"Germany", "550406"))
        assert parse_certificate(der).facts.subject == "C=Germany"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((0x13, b"Example CA"), (0x0C, b"example  ca ")),
        ((0x14, "MÜLLER".encode("latin-1")), (0x1E, "müller".encode("utf-16-be"))),
        ((0x0C, "ﬁx".encode()), (0x13, b"FIX")),
    ],
)
def test_equal_names_have_equal_hashes(one: tuple[int, bytes], other: tuple[int, bytes]) -> None:
    der = issue().der
    first = parse_certificate(reencoded(der, subject=odd_name(*one))).facts
    second = parse_certificate(reencoded(der, subject=odd_name(*other))).facts
    assert first.subject_name_sha256 == second.subject_name_sha256
    assert first.subject_name_sha256 != first.issuer_name_sha256


def test_attributes_side_by_side() -> None:
    def subject(*order: int) -> x509.Name:
        attributes = [
            x509.NameAttribute(NameOID.COMMON_NAME, "a"),
            x509.NameAttribute(NameOID.USER_ID, "com.apple.mgmt.x"),
        ]
        return x509.Name([x509.RelativeDistinguishedName([attributes[n] for n in order])])

    one, other = (parse_certificate(issue(subject=subject(*order)).der).facts for order in ((0, 1), (1, 0)))
    assert one.subject_name_sha256 == other.subject_name_sha256
    assert set(one.subject.split("+")) == {"CN=a", "UID=com.apple.mgmt.x"}


def test_an_empty_subject() -> None:
    facts = parse_certificate(issue(subject=x509.Name([]), sans=(x509.DNSName("a.example"),)).der).facts
    assert facts.subject == ""
    assert facts.name == "a.example"


def test_a_server_without_a_common_name_is_called_by_its_host() -> None:
    """As mkcert and short-lived certificates of public CAs are."""
    unit = x509.Name([x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "ann@laptop")])
    facts = parse_certificate(issue(subject=unit, sans=(x509.DNSName("a.example"),)).der).facts
    assert facts.name == "a.example"


def test_an_extension_that_does_not_parse_leaves_its_fact_out() -> None:
    made = issue(
        extensions=(x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.17"), b"\x30\x05\x82"),),
    )
    facts = parse_certificate(made.der).facts
    assert facts.sans == ()
    assert facts.subject_key_id is not None


def test_a_key_of_an_unknown_kind() -> None:
    der = issue().der.replace(bytes.fromhex("06072a8648ce3d0201"), bytes.fromhex("06072a8648ce3d0277"))
    parsed = parse_certificate(der)
    assert parsed.facts.key_algorithm.startswith("1.2.840.10045.2.")
    with pytest.raises(Refusal, match="key-unsupported"):
        parsed.public_key()


def test_an_unknown_curve() -> None:
    der = issue().der.replace(bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a8648ce3d030177"))
    facts = parse_certificate(der).facts
    assert (facts.key_algorithm, facts.key_size) == ("EC 1.2.840.10045.3.1.119", None)


def test_times_before_and_after_2049() -> None:
    made = issue(not_before=datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC), days=36500)
    facts = parse_certificate(made.der).facts
    assert facts.not_before == datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert facts.not_after == made.certificate.not_valid_after_utc
    forever = made.der.replace(
        made.certificate.not_valid_after_utc.strftime("%Y%m%d%H%M%SZ").encode(), b"99991231235959Z"
    )
    assert parse_certificate(forever).facts.not_after == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_times_as_lax_as_x680() -> None:
    made = issue(not_before=datetime(2025, 3, 1, 12, 0, 0, tzinfo=UTC))
    der = made.der.replace(b"250301120000Z", b"2503011200+01")
    with pytest.raises(Refusal, match="certificate-unreadable"):
        parse_certificate(der)
    assert parse_certificate(made.der.replace(b"250301120000Z", b"2503011200.5Z")).facts.not_before.minute == 0


@pytest.mark.parametrize("cut", [0, 1, 5, 100, -1])
def test_a_cut_certificate_is_unreadable(cut: int) -> None:
    with pytest.raises(Refusal) as refused:
        parse_certificate(issue().der[:cut])
    assert refused.value.code == "certificate-unreadable"


def test_what_follows_a_certificate_is_not_ignored() -> None:
    with pytest.raises(Refusal, match="certificate-unreadable"):
        parse_certificate(issue().der + b"\0")


def test_the_same_bytes_give_an_equal_certificate() -> None:
    made = make_chain()
    assert parse_certificate(made.der) == parse_certificate(bytes(bytearray(made.der)))
    assert len({parse_certificate(der) for der in [*made.chain_der, *made.chain_der]}) == 3


def test_a_name_in_utf8_is_shown_as_people_write_it() -> None:
    sans = parse_certificate(case("u-label", "c.der")).facts.sans
    assert sans[0] == "DNS:müller.example.com"
    assert "DNS:xn--mller-kva.test" in sans
