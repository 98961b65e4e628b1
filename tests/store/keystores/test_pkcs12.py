"""PKCS #12 files of cryptography, OpenSSL and keytool, modern and legacy."""

from __future__ import annotations

from pathlib import Path

import pytest
from asn1crypto import cms
from asn1crypto import pkcs12 as asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, PrivateFormat, pkcs12

from certfleet.store.certificates import limits
from certfleet.store.certificates.private_keys import matches, to_pkcs8
from certfleet.store.errors import Refusal
from certfleet.store.keystores.keystore_type import KeystoreType
from certfleet.store.keystores.reading import Keystore, detect_keystore, read_keystore, select_entry
from tests.effort import calls_in
from tests.material import Issued, issue, keytool, make_ca, make_chain, needs_keytool, needs_openssl, openssl, rsa_key
from tests.store.keystores.lenient import lenient, lenient_pem

OLD_SCHEMES = [
    *(f"PBE-{digest}-{cipher}" for digest in ("MD5", "SHA1") for cipher in ("DES", "RC2-64")),
    "PBE-SHA1-RC2-40",
    "PBE-SHA1-2DES",
    *("DES-CBC", "RC2-CBC", "RC2-40-CBC", "RC2-64-CBC", "SEED-CBC"),
]


@pytest.fixture(scope="module")
def made() -> Issued:
    return make_chain(key=rsa_key())


def refusal_of(data: bytes, password: str | None = "secret", **options: str) -> Refusal:
    with pytest.raises(Refusal) as refused:
        read_keystore(data, password=password, **options)  # type: ignore[arg-type]
    return refused.value


def export(made: Issued, folder: Path, *options: str | Path, password: str = "secret") -> bytes:
    """What ``openssl pkcs12 -export`` makes of the chain and its key."""
    (folder / "all.pem").write_bytes(made.key_pem + made.chain_pem)
    return openssl(
        "pkcs12", "-export", "-in", folder / "all.pem", "-name", "server", "-passout", f"pass:{password}", *options
    )


def assert_holds(keystore: Keystore, made: Issued) -> None:
    entry = select_entry(keystore)
    assert [certificate.der for certificate in entry.chain] == made.chain_der
    assert matches(entry.load_private_key(), entry.chain[0])


@needs_openssl
@pytest.mark.parametrize(
    "options",
    [
        [],
        ["-legacy"],
        ["-descert", "-legacy"],
        ["-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES"],
        ["-certpbe", "PBE-SHA1-RC2-128", "-keypbe", "PBE-SHA1-RC2-40", "-legacy"],
        ["-certpbe", "PBE-SHA1-RC4-128", "-keypbe", "PBE-SHA1-RC4-40", "-legacy"],
        ["-certpbe", "AES-128-CBC", "-keypbe", "AES-192-CBC", "-macalg", "sha512"],
        ["-certpbe", "CAMELLIA-128-CBC", "-keypbe", "CAMELLIA-256-CBC", "-macalg", "sha512-256"],
        ["-certpbe", "CAMELLIA-192-CBC", "-keypbe", "SM4-CBC", "-macalg", "sha512-224"],
        ["-certpbe", "NONE", "-keypbe", "NONE"],
        ["-nomac"],
        ["-nomaciter", "-noiter"],
        *(["-certpbe", scheme, "-keypbe", scheme, "-legacy"] for scheme in OLD_SCHEMES),
    ],
    ids=lambda options: "-".join(options).strip("-") or "default",
)
@pytest.mark.parametrize("password", ["secret", "", "pässwörd €"])
def test_every_cipher_of_openssl(made: Issued, tmp_path: Path, options: list[str], password: str) -> None:
    data = export(made, tmp_path, *options, password=password)
    keystore = read_keystore(data, password=password)
    assert_holds(keystore, made)
    assert [entry.alias for entry in keystore.entries] == ["server"]
    assert keystore.notes == ()
    if password == "":
        assert_holds(read_keystore(data, password=None), made)
    if "-nomac" not in options:
        assert refusal_of(data, "wrong").code == "wrong-password"
        if password:
            assert refusal_of(data, None).code == "password-needed"


@needs_openssl
@needs_keytool
@pytest.mark.parametrize("bits", ["224", "256"])
def test_the_shorter_sha_512_of_java(made: Issued, tmp_path: Path, bits: str) -> None:
    """``java.security`` offers these for the integrity."""
    (tmp_path / "a.p12").write_bytes(export(made, tmp_path))
    keytool(
        f"-J-Dkeystore.pkcs12.macAlgorithm=HmacPBESHA512/{bits}",
        *("-importkeystore", "-srckeystore", tmp_path / "a.p12", "-srcstorepass", "secret"),
        *("-destkeystore", tmp_path / "b.p12", "-deststoretype", "PKCS12", "-deststorepass", "secret"),
    )
    data = (tmp_path / "b.p12").read_bytes()
    assert_holds(read_keystore(data, password="secret"), made)
    assert refusal_of(data, "wrong").code == "wrong-password"


@needs_openssl
def test_an_empty_password_is_named(made: Issued, tmp_path: Path) -> None:
    assert "is empty" in (refusal_of(export(made, tmp_path), "").hint or "")


@needs_openssl
def test_without_a_mac_the_key_tells_that_the_password_is_wrong(made: Issued, tmp_path: Path) -> None:
    data = export(made, tmp_path, "-nomac")
    for password, code in (("wrong", "wrong-password"), (None, "password-needed")):
        entry = select_entry(read_keystore(data, password=password))
        with pytest.raises(Refusal) as refused:
            entry.load_private_key()
        assert refused.value.code == code


@pytest.mark.parametrize(
    "encryption",
    [
        NoEncryption(),
        BestAvailableEncryption(b"secret"),
        PrivateFormat.PKCS12.encryption_builder()
        .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(hashes.SHA1())
        .build(b"secret"),
    ],
    ids=["plain", "best", "3des"],
)
def test_files_of_cryptography(made: Issued, encryption: NoEncryption) -> None:
    data = pkcs12.serialize_key_and_certificates(b"a", made.key, made.certificate, made.issuers, encryption)
    keystore = read_keystore(data, password=None if isinstance(encryption, NoEncryption) else "secret")
    assert keystore.type is KeystoreType.PKCS12
    assert_holds(keystore, made)


def test_several_keys_of_which_the_loader_of_cryptography_gives_one() -> None:
    one, two = make_chain("one.example"), make_chain("two.example")
    stray = make_ca("Stray CA")
    data = merged(
        pkcs12.serialize_key_and_certificates(b"one", one.key, one.certificate, one.issuers, NoEncryption()),
        pkcs12.serialize_key_and_certificates(b"two", two.key, two.certificate, two.issuers, NoEncryption()),
        pkcs12.serialize_key_and_certificates(b"stray", None, stray.certificate, None, NoEncryption()),
    )
    keystore = read_keystore(data)
    assert {(entry.alias, entry.kind) for entry in keystore.entries} == {
        ("one", "private key"),
        ("two", "private key"),
        ("stray", "certificate"),
    }
    for made, alias in ((one, "one"), (two, "TWO")):
        entry = select_entry(keystore, alias)
        assert [certificate.der for certificate in entry.chain] == made.chain_der
        assert to_pkcs8(entry.load_private_key()) == made.key_der


def merged(*files: bytes) -> bytes:
    """One PKCS #12 file without a MAC, of the contents of several."""
    contents = [content for file in files for content in asn1.Pfx.load(file).authenticated_safe]
    safe = asn1.AuthenticatedSafe(contents).dump()
    return bytes(asn1.Pfx({"version": "v3", "auth_safe": {"content_type": "data", "content": safe}}).dump())


def test_certificates_without_a_key() -> None:
    one, two = make_ca("One"), make_ca("Two")
    data = pkcs12.serialize_key_and_certificates(None, None, one.certificate, [two.certificate], NoEncryption())
    keystore = read_keystore(data)
    assert sorted(entry.subject or "" for entry in keystore.entries) == ["CN=One", "CN=Two"]
    assert {entry.kind for entry in keystore.entries} == {"certificate"}
    with pytest.raises(Refusal, match="no-private-key"):
        keystore.entries[0].load_private_key()


def test_a_key_whose_certificate_is_told_by_the_public_key_alone(made: Issued) -> None:
    data = pkcs12.serialize_key_and_certificates(None, made.key, made.certificate, made.issuers, NoEncryption())
    assert_holds(read_keystore(without_attributes(data)), made)


def without_attributes(data: bytes) -> bytes:
    contents = []
    for content in asn1.Pfx.load(data).authenticated_safe:
        bags = asn1.SafeContents.load(content["content"].native)
        plain = [{"bag_id": bag["bag_id"].native, "bag_value": bag["bag_value"].untag()} for bag in bags]
        contents.append(cms.ContentInfo({"content_type": "data", "content": asn1.SafeContents(plain).dump()}))
    safe = asn1.AuthenticatedSafe(contents).dump()
    return bytes(asn1.Pfx({"version": "v3", "auth_safe": {"content_type": "data", "content": safe}}).dump())


def test_ber_of_indefinite_length(made: Issued) -> None:
    data = pkcs12.serialize_key_and_certificates(None, made.key, made.certificate, made.issuers, NoEncryption())
    safe = asn1.Pfx.load(data)["auth_safe"]["content"].native
    halves = [b"\x04\x82" + len(half).to_bytes(2, "big") + half for half in (safe[:1000], safe[1000:])]
    octets = b"\x24\x80" + b"".join(halves) + b"\0\0"
    oid = bytes.fromhex("06092a864886f70d010701")
    outer = b"\x30\x80" + b"\x02\x01\x03" + b"\x30\x80" + oid + b"\xa0\x80" + octets + b"\0\0" * 3
    assert detect_keystore(outer) is KeystoreType.PKCS12
    assert_holds(read_keystore(outer), made)


@needs_openssl
def test_a_chain_is_found_by_signatures_not_by_order(made: Issued, tmp_path: Path) -> None:
    shuffled = Issued(made.certificate, made.key, tuple(reversed(made.issuers)))
    assert_holds(read_keystore(export(shuffled, tmp_path), password="secret"), made)


@needs_openssl
def test_a_certificate_that_is_not_strict_spoils_no_other(made: Issued, tmp_path: Path) -> None:
    stray, der = lenient()
    (tmp_path / "stray.pem").write_bytes(lenient_pem())
    options: list[str | Path] = ["-legacy", "-certpbe", "PBE-SHA1-RC2-40", "-certfile", tmp_path / "stray.pem"]
    keystore = read_keystore(export(made, tmp_path, *options), password="secret")
    assert_holds(keystore, made)
    assert [entry.chain[0].der for entry in keystore.entries if entry.kind == "certificate"] == [der]
    assert keystore.notes == ()
    (tmp_path / "its.key").write_bytes(stray.key_pem)
    data = openssl(
        *("pkcs12", "-export", "-legacy", "-in", tmp_path / "stray.pem", "-inkey", tmp_path / "its.key"),
        *("-keypbe", "PBE-SHA1-RC2-40", "-passout", "pass:secret"),
    )
    entry = select_entry(read_keystore(data, password="secret"))
    assert entry.chain[0].der == der
    assert matches(entry.load_private_key(), entry.chain[0])


@needs_openssl
@pytest.mark.parametrize(
    ("cipher", "called"),
    [
        ("ARIA-256-CBC", "ARIA-256"),
        ("BF-CBC", "Blowfish"),
        ("AES-192-OFB", "2.16.840.1.101.3.4.1.23"),
    ],
)
def test_ciphers_that_are_not_supported(made: Issued, tmp_path: Path, cipher: str, called: str) -> None:
    refusal = refusal_of(export(made, tmp_path, "-keypbe", cipher, "-legacy"))
    assert refusal.code == "keystore-unsupported"
    assert called in refusal.message


@needs_openssl
@pytest.mark.parametrize("limit", ["MAX_KDF_ITERATIONS", "MAX_KDF_DIGESTS"])
@pytest.mark.parametrize("count", [10_000, 39_000])
def test_costly_derivations_are_refused_before_any_work(
    made: Issued, tmp_path: Path, limit: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each by itself (10,000), and all of them together (39,000)."""
    data = export(made, tmp_path, "-iter", "20000", *(["-legacy"] if limit == "MAX_KDF_DIGESTS" else []))
    monkeypatch.setattr(f"certfleet.store.certificates.kdf.{limit}", count)
    monkeypatch.setattr("certfleet.store.keystores.pkcs12_safe._check_mac", None)
    assert refusal_of(data).code == "kdf-too-costly"


@needs_openssl
def test_no_file_takes_longer_than_some_seconds(made: Issued, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A million digests take a second or less. What is allowed to be derived is, for what is tried, never more."""
    assert limits.MAX_KDF_DIGESTS <= 6_000_000
    data = export(made, tmp_path, "-legacy", "-iter", "90000")
    monkeypatch.setattr("certfleet.store.certificates.kdf.MAX_KDF_DIGESTS", limits.MAX_KDF_DIGESTS // 10)
    codes: list[str] = []
    work = calls_in(lambda: codes.append(refusal_of(data, "pässwörd €").code))
    assert codes[0] in ("kdf-too-costly", "wrong-password")
    assert work < limits.MAX_KDF_DIGESTS // 10


def test_costly_mac(made: Issued) -> None:
    data = pkcs12.serialize_key_and_certificates(b"a", made.key, made.certificate, None, BestAvailableEncryption(b"x"))
    file = asn1.Pfx.load(data)
    file["mac_data"]["iterations"] = 2_000_000_000
    assert refusal_of(file.dump(), "x").code == "kdf-too-costly"


def test_damage_and_what_is_no_keystore(made: Issued) -> None:
    data = pkcs12.serialize_key_and_certificates(
        b"a", made.key, made.certificate, None, BestAvailableEncryption(b"secret")
    )
    assert refusal_of(data[:-1]).code == "file-truncated"
    assert refusal_of(data[:300]).code == "file-truncated"
    assert refusal_of(made.pem).code == "not-a-keystore"
    assert "a certificate" in refusal_of(made.der).message
    assert refusal_of(b"").code == "file-empty"
    assert refusal_of(b"\0\0\0\2\0\0\0\x14" + bytes(40)).code == "keystore-unsupported"
    assert "Bouncy Castle" in refusal_of(b"\0\0\0\2\0\0\0\x14" + bytes(40)).message
    assert "Windows" in refusal_of(b"\0\0\0\0CERT" + bytes(40)).message


def test_an_empty_keystore() -> None:
    empty = asn1.Pfx(
        {"version": "v3", "auth_safe": {"content_type": "data", "content": asn1.AuthenticatedSafe([]).dump()}}
    )
    assert refusal_of(empty.dump()).code == "keystore-empty"


@needs_openssl
def test_an_alias_that_is_not_there(made: Issued, tmp_path: Path) -> None:
    keystore = read_keystore(export(made, tmp_path), password="secret")
    with pytest.raises(Refusal) as refused:
        select_entry(keystore, "other")
    assert refused.value.code == "alias-not-found"
    assert "server" in (refused.value.hint or "")


@needs_keytool
def test_a_keystore_of_keytool(tmp_path: Path) -> None:
    path, trusted = tmp_path / "store.p12", tmp_path / "trusted.pem"
    authority = issue("Trusted CA", is_ca=True)
    trusted.write_bytes(authority.pem)
    common = ("-storetype", "PKCS12", "-keystore", path, "-storepass", "changeit")
    for alias in ("First", "second", "third"):
        keytool("-genkeypair", "-alias", alias, "-keyalg", "EC", "-dname", f"CN={alias}.example", *common)
    keytool("-importcert", "-noprompt", "-alias", "trusted", "-file", trusted, *common)
    keytool("-genseckey", "-alias", "secret", "-keyalg", "AES", "-keysize", "256", *common)
    keystore = read_keystore(path.read_bytes(), password="changeit", type=KeystoreType.JKS)
    assert {(entry.alias, entry.kind, entry.subject) for entry in keystore.entries} == {
        ("first", "private key", "CN=First.example"),
        ("second", "private key", "CN=second.example"),
        ("third", "private key", "CN=third.example"),
        ("trusted", "certificate", "CN=Trusted CA"),
        ("secret", "secret key", None),
    }
    assert keystore.type is KeystoreType.PKCS12
    assert "PKCS #12" in keystore.notes[0]
    entry = select_entry(keystore, "FIRST")
    assert matches(entry.load_private_key(), entry.chain[0])
    assert select_entry(keystore).alias == "first"
    assert refusal_of(path.read_bytes(), "wrong").code == "wrong-password"
