"""A test authority: chains that OpenSSL accepts, for every name, purpose, validity and key."""

from __future__ import annotations

import hashlib
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
import trustme
from cryptography import x509

from certfleet.testing import FixtureAuthority, FixtureCertificate, authority, ocsp_answer, revocation_list
from certfleet.testing.authorities import PURPOSES
from certfleet.testing.key_making import TEST_ONLY, KeyType
from certfleet.testing.revocation import REVOKED_AT
from tests.material import needs_openssl, openssl


def verify(made: FixtureCertificate, folder: Path, *options: str) -> bytes:
    """What ``openssl verify -x509_strict`` says of a certificate and the chain that a server presents."""
    made.authority.root.cert_pem.write_to_path(folder / "root.pem")
    (folder / "chain.pem").write_bytes(b"".join(pem.bytes() for pem in made.cert_chain_pems))
    files = ("-CAfile", folder / "root.pem", "-untrusted", folder / "chain.pem", folder / "chain.pem")
    return openssl("verify", "-x509_strict", *options, *files)


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> None:
    """A TLS handshake in memory. Raises ``ssl.SSLError`` if the client refuses."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue


@needs_openssl
@pytest.mark.parametrize("depth", [0, 1, 3])
def test_openssl_accepts_a_chain_of_any_depth(depth: int, tmp_path: Path) -> None:
    made = authority(depth=depth).issue_cert("mdm.example.test", purpose="server")
    assert len(made.chain) == depth + 2
    verify(made, tmp_path, "-purpose", "sslserver", "-verify_hostname", "mdm.example.test")


@needs_openssl
@pytest.mark.parametrize("key_type", get_args(KeyType))
def test_openssl_accepts_every_kind_of_key(key_type: KeyType, tmp_path: Path) -> None:
    made = authority(depth=1, key_type=key_type, fixed_keys=True).issue_cert("a.example.test", key_type=key_type)
    verify(made, tmp_path, "-auth_level", "0" if key_type == "rsa-1024" else "1")


@needs_openssl
@pytest.mark.parametrize(("purpose", "checked"), [("server", "sslserver"), ("client", "sslclient"), ("any", "any")])
def test_openssl_accepts_it_for_its_purpose(purpose: str, checked: str, tmp_path: Path) -> None:
    verify(authority(depth=1).issue_cert("a.example.test", purpose=purpose), tmp_path, "-purpose", checked)


def test_a_client_that_trusts_the_root_accepts_the_host_and_no_other() -> None:
    ca = authority(depth=2)
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ca.issue_cert("mdm.example.test").configure_cert(server)
    ca.configure_trust(client)
    handshake(server, client, "mdm.example.test")
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(server, client, "other.example.test")


def test_it_works_beside_trustme() -> None:
    ours, theirs = authority(), trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ours.issue_cert("mdm.example.test", key_type=trustme.KeyType.ECDSA).configure_cert(server)  # type: ignore[arg-type]
    theirs.configure_trust(client)
    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer"):
        handshake(server, client, "mdm.example.test")
    ours.configure_trust(client)
    handshake(server, client, "mdm.example.test")


def test_another_thing_is_no_ssl_context() -> None:
    ca = authority()
    with pytest.raises(TypeError, match="object is no SSL context"):
        ca.configure_trust(object())
    with pytest.raises(TypeError, match="object is no SSL context"):
        ca.issue_cert("a.example.test").configure_cert(object())


def test_names_are_whatever_they_look_like() -> None:
    made = authority().issue_cert(
        "mdm.example.test",
        "*.bücher.example",
        "192.0.2.7",
        "2001:db8::1",
        "10.0.0.0/8",
        "a@b.example",
        "https://c.example/d",
    )
    names = made.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["mdm.example.test", "*.xn--bcher-kva.example"]
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["192.0.2.7", "2001:db8::1", "10.0.0.0/8"]
    assert names.get_values_for_type(x509.RFC822Name) == ["a@b.example"]
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == ["https://c.example/d"]
    assert made.certificate.subject.rfc4514_string() == "CN=mdm.example.test,O=certfleet test"


@needs_openssl
def test_a_name_too_long_for_a_common_name_is_an_alternative_name_alone(tmp_path: Path) -> None:
    host = f"{'a' * 60}.example.test"
    verify(authority(organization="").issue_cert(host), tmp_path, "-verify_hostname", host)


def test_days_count_from_the_time_of_the_authority() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    ca = authority(at=now)
    assert ca.issue_cert("a.example.test", days=10).certificate.not_valid_after_utc == now + timedelta(days=10)
    assert ca.issue_cert("a.example.test", days=-3).certificate.not_valid_after_utc == now - timedelta(days=3)
    usual = ca.issue_cert("a.example.test").certificate
    assert (usual.not_valid_before_utc.year, usual.not_valid_after_utc.year) == (2020, 2120)


def test_what_can_not_be_made_is_said() -> None:
    ca = authority()
    with pytest.raises(ValueError, match="at least one identity"):
        ca.issue_cert()
    with pytest.raises(ValueError, match="'web' is no purpose"):
        ca.issue_cert("a.example.test", purpose="web")
    with pytest.raises(ValueError, match="'dsa' is no key type"):
        ca.issue_cert("a.example.test", key_type="dsa")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="before it begins"):
        ca.issue_cert("a.example.test", not_after=datetime(2001, 1, 1, tzinfo=UTC))


def test_fixed_keys_give_the_same_bytes_and_say_what_they_are() -> None:
    first, again = (authority(depth=1, fixed_keys=True).issue_cert("a.example.test") for _ in range(2))
    assert first.der == again.der and first.private_key_der == again.private_key_der
    # A change of this breaks the recorded fixtures of other projects.
    assert hashlib.sha256(first.der).hexdigest()[:16] == "898cb81a8dda1a19"
    assert all(TEST_ONLY in one.subject.rfc4514_string().replace("\\", "") for one in first.chain)


def test_fixed_keys_differ_by_name_seed_and_number() -> None:
    ca, other = authority(fixed_keys=True), authority(fixed_keys=True, seed=8)
    made = [
        ca.issue_cert("a.example.test"),
        ca.issue_cert("b.example.test"),
        ca.issue_cert("a.example.test", number=1),
        other.issue_cert("a.example.test"),
    ]
    assert len({one.private_key_der for one in made}) == len({one.certificate.serial_number for one in made}) == 4


def test_without_fixed_keys_the_seed_gives_the_serial_numbers_and_chance_the_keys() -> None:
    first, again = authority().issue_cert("a.example.test"), authority().issue_cert("a.example.test")
    assert first.certificate.serial_number == again.certificate.serial_number
    assert first.private_key_der != again.private_key_der
    ca = authority()
    assert len({ca.issue_cert("a.example.test").certificate.serial_number for _ in range(3)}) == 3


def test_many_certificates_are_those_that_single_calls_give() -> None:
    ca, names = authority(fixed_keys=True), [f"host-{number}.example.test" for number in range(5)]
    assert [one.der for one in ca.issue_certs(names)] == [ca.issue_cert(name).der for name in names]


@needs_openssl
def test_an_existing_authority_is_taken_from_its_files(tmp_path: Path) -> None:
    old = authority("Our old CA")
    taken = FixtureAuthority.from_pem(old.cert_pem.bytes(), old.private_key_pem.bytes())
    verify(taken.create_child_ca().issue_cert("a.example.test"), tmp_path)


def test_pem_is_written_and_gone_after_its_block(tmp_path: Path) -> None:
    pem = authority().cert_pem
    with pem.tempfile() as path:
        assert Path(path).read_bytes() == pem.bytes()
    assert not Path(path).exists()
    pem.write_to_path(tmp_path / "a.pem")
    pem.write_to_path(tmp_path / "a.pem", append=True)
    assert len(x509.load_pem_x509_certificates((tmp_path / "a.pem").read_bytes())) == 2


def test_every_purpose_is_in_the_certificate() -> None:
    ca = authority()
    for name, purpose in PURPOSES.items():
        found = ca.issue_cert("a.example.test", purpose=name).certificate.extensions
        usages = [one.value for one in found if isinstance(one.value, x509.ExtendedKeyUsage)]
        assert [tuple(one) for one in usages] == ([purpose.extended] if purpose.extended else [])


@needs_openssl
def test_a_revoked_certificate_is_on_the_list_and_in_the_answer(tmp_path: Path) -> None:
    ca = authority(depth=1)
    good, bad = ca.issue_cert("good.example.test"), ca.issue_cert("bad.example.test")
    (tmp_path / "crl.der").write_bytes(revocation_list(ca, [bad]))
    ca.root.cert_pem.write_to_path(tmp_path / "root.pem")
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    verify(good, tmp_path, "-crl_check", "-CRLfile", str(tmp_path / "crl.der"))
    with pytest.raises(AssertionError, match="certificate revoked"):
        verify(bad, tmp_path, "-crl_check", "-CRLfile", str(tmp_path / "crl.der"))
    for one, at, said in ((good, None, b"good"), (bad, REVOKED_AT, b"revoked")):
        (tmp_path / "answer.der").write_bytes(ocsp_answer(one, revoked_at=at))
        one.cert_chain_pems[0].write_to_path(tmp_path / "one.pem")
        asked = ("-issuer", tmp_path / "ca.pem", "-cert", tmp_path / "one.pem", "-no_nonce")
        out = openssl("ocsp", "-respin", tmp_path / "answer.der", "-CAfile", tmp_path / "root.pem", *asked)
        assert b"one.pem: " + said in out
