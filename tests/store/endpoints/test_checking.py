"""What endpoints serve, asked of real servers."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from certfleet.store.certificates.facts import parse_certificate
from certfleet.store.clock import FixedClock
from certfleet.store.endpoints.connection import MOST_BYTES
from certfleet.store.endpoints.reading import ServedFiles
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.endpoint import Failure
from certfleet.store.model.endpoint_verdict import EndpointState, NoteCode
from certfleet.store.workspace import Workspace
from tests.material import NOW, Issued, PrivateKey, issue, make_ca, needs_openssl, rsa_key
from tests.store.deployment import bring, source, trusted, use
from tests.store.endpoints.servers import HERE, add, answering, check, codes, free_port, s_server

pytestmark = needs_openssl

GATEWAY = "gateway.example.com"
ROOT = make_ca("Example Root CA")
ISSUING = make_ca("Example Issuing CA", issuer=ROOT)


def for_gateway(*, issuer: Issued = ISSUING, days: int = 365, **more: Any) -> Issued:
    return issue(GATEWAY, issuer=issuer, days=days, sans=(x509.DNSName(GATEWAY),), **more)


def test_what_is_bound_is_served(workspace: Workspace, tmp_path: Path) -> None:
    issued = for_gateway()
    bound = trusted(workspace, "gateway-ssl", issued)
    with s_server(tmp_path, issued) as port:
        endpoint = add(workspace, port, need="gateway-ssl", server_name=GATEWAY)
        verdict = check(workspace, endpoint)
    assert verdict.verdict is EndpointState.SERVED
    assert verdict.certificate_id == bound.certificate_id
    assert codes(verdict) == []
    assert verdict.reading is not None and verdict.reading.checked_at == NOW
    (address,) = verdict.addresses
    assert (address.reading.address, address.reading.tls_version) == (HERE, "TLSv1.3")
    assert len(address.reading.chain) == 2
    assert workspace.check().clean


def test_a_replacement_makes_it_older_without_another_check(workspace: Workspace, tmp_path: Path) -> None:
    issued = for_gateway()
    bound = trusted(workspace, "gateway-ssl", issued)
    with s_server(tmp_path, issued) as port:
        endpoint = add(workspace, port, need="gateway-ssl", server_name=GATEWAY)
        check(workspace, endpoint)
        new = for_gateway(days=500)
        workspace.inventory.replace(bound.certificate_id or 0, source(new))
        (verdict,) = workspace.endpoints.verdicts([endpoint.id])
        assert (verdict.verdict, codes(verdict)) == (EndpointState.OLDER, [NoteCode.REPLACED])
    with s_server(tmp_path, new, port=port):
        assert check(workspace, endpoint).verdict is EndpointState.SERVED


def test_other_and_unknown(workspace: Workspace, tmp_path: Path) -> None:
    trusted(workspace, "gateway-ssl", for_gateway())
    other, stranger = for_gateway(), for_gateway()
    bring(workspace, other)
    with s_server(tmp_path, other) as port, s_server(tmp_path, stranger) as unknown:
        first = check(workspace, add(workspace, port, need="gateway-ssl", server_name=GATEWAY))
        second = check(workspace, add(workspace, unknown, need="gateway-ssl", server_name=GATEWAY))
    assert first.verdict is EndpointState.OTHER
    assert (second.verdict, second.certificate_id) == (EndpointState.UNKNOWN, None)
    assert second.fingerprint is not None


def test_another_certificate_of_a_known_key_is_older_if_it_is(workspace: Workspace, tmp_path: Path) -> None:
    old = for_gateway()
    new = for_gateway(key=old.key, days=600, not_before=NOW)
    trusted(workspace, "gateway-ssl", new)
    with s_server(tmp_path, old) as port:
        verdict = check(workspace, add(workspace, port, need="gateway-ssl", server_name=GATEWAY))
    assert (verdict.verdict, codes(verdict)) == (EndpointState.OLDER, [NoteCode.SAME_KEY])


@pytest.mark.parametrize("version", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"])
def test_every_version_of_tls_is_spoken_and_told(workspace: Workspace, tmp_path: Path, version: str) -> None:
    option = {"TLSv1": "-tls1", "TLSv1.1": "-tls1_1", "TLSv1.2": "-tls1_2", "TLSv1.3": "-tls1_3"}[version]
    with s_server(tmp_path, for_gateway(key=rsa_key()), option, "-cipher", "ALL:@SECLEVEL=0") as port:
        verdict = check(workspace, add(workspace, port, server_name=GATEWAY))
    assert verdict.addresses[0].reading.tls_version == version
    assert (NoteCode.OLD_TLS in codes(verdict)) == (version in ("TLSv1", "TLSv1.1"))


KEYS: dict[str, Callable[[], PrivateKey]] = {
    "RSA": rsa_key,
    "EC P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
}


@pytest.mark.parametrize("algorithm", KEYS)
def test_keys_of_every_kind(workspace: Workspace, tmp_path: Path, algorithm: str) -> None:
    key = KEYS[algorithm]()
    with s_server(tmp_path, for_gateway(key=key)) as port:
        verdict = check(workspace, add(workspace, port, server_name=GATEWAY))
    served = workspace.endpoints.tables.served.first("fingerprint_sha256", verdict.fingerprint)
    assert served is not None and served.key_algorithm == algorithm


def test_an_incomplete_chain_means_ssl_error_61(workspace: Workspace, tmp_path: Path, fleet: object) -> None:
    issued = for_gateway()
    use(workspace, "gateway-ssl", issued)
    with s_server(tmp_path, issued, chain=()) as port:
        endpoint = add(workspace, port, need="gateway-ssl", server_name=GATEWAY)
        verdict = check(workspace, endpoint)
        assert codes(verdict) == [NoteCode.CHAIN_INCOMPLETE, NoteCode.SSL_ERROR_61]
        incomplete, error = (note.message for note in verdict.notes)
        assert "ends with gateway.example.com, without its issuer Example Issuing CA" in incomplete
        devices = len([one for one in workspace.devices.all() if one.state != "revoked"])
        assert error.startswith(f"{devices} devices would get SSL Error 61")
        intermediate = next(one for one in workspace.inventory.list() if one.name == "Example Issuing CA")
        workspace.trust.install(intermediate.id, [one.id for one in workspace.devices.all()])
        (verdict,) = workspace.endpoints.verdicts([endpoint.id])
        assert codes(verdict) == [NoteCode.CHAIN_INCOMPLETE]


def test_the_chain_is_told_as_it_was_sent(workspace: Workspace, tmp_path: Path) -> None:
    middle = make_ca("Example Policy CA", issuer=ROOT)
    issued = for_gateway(issuer=make_ca("Example Issuing CA", issuer=middle))
    issuing, policy, root = issued.issuers
    stranger = make_ca("Another CA").certificate
    with (
        s_server(tmp_path, issued, chain=(policy, issuing)) as wrong,
        s_server(tmp_path, issued, chain=(issuing, policy, root)) as rooted,
        s_server(tmp_path, issued, chain=(issuing, policy, stranger)) as beside,
    ):
        bring(workspace, issued)
        told = [codes(check(workspace, add(workspace, port, server_name=GATEWAY))) for port in (wrong, rooted, beside)]
    assert told == [[NoteCode.WRONG_ORDER], [NoteCode.NEEDLESS_ROOT], [NoteCode.NEEDLESS_CERTIFICATE]]


def test_names_times_and_strength(workspace: Workspace, tmp_path: Path, clock: FixedClock) -> None:
    strong = for_gateway(key=ec.generate_private_key(ec.SECP384R1()))
    trusted(workspace, "gateway-ssl", strong)
    short = for_gateway(days=20)
    bring(workspace, short)
    with s_server(tmp_path, short) as port:
        endpoint = add(workspace, port, need="gateway-ssl", server_name="store.example.com")
        verdict = check(workspace, endpoint)
        assert set(codes(verdict)) == {NoteCode.NAME_NOT_COVERED, NoteCode.WEAKER}
        clock.at = short.certificate.not_valid_after_utc
        assert NoteCode.EXPIRES_SOON in codes(workspace.endpoints.verdicts()[0])
        clock.at = strong.certificate.not_valid_after_utc
        assert NoteCode.EXPIRED in codes(workspace.endpoints.verdicts()[0])


def test_two_certificates_by_server_name(workspace: Workspace, tmp_path: Path) -> None:
    gateway, store = for_gateway(), issue("store.example.com", sans=(x509.DNSName("store.example.com"),))
    bring(workspace, gateway)
    bring(workspace, store)
    with s_server(tmp_path, gateway, by_sni=("store.example.com", store)) as port:
        names = [GATEWAY, "store.example.com"]
        verdicts = [check(workspace, add(workspace, port, server_name=name)) for name in names]
    named = [workspace.inventory.get(one.certificate_id or 0).name for one in verdicts]
    assert named == names


def test_a_server_that_demands_a_client_certificate_is_read(workspace: Workspace, tmp_path: Path) -> None:
    issued = for_gateway()
    for option in ("-tls1_2", "-tls1_3"):
        with s_server(tmp_path, issued, "-Verify", "1", "-verify_return_error", option) as port:
            verdict = check(workspace, add(workspace, port, server_name=GATEWAY))
        assert verdict.fingerprint is not None, option


def _close(own: socket.socket) -> None:
    own.recv(1)


def _silent(own: socket.socket) -> None:
    while own.recv(1024):  # until the client goes
        pass


def test_what_is_unreachable_is_told_apart(workspace: Workspace) -> None:
    gone = check(workspace, add(workspace, free_port()))
    nowhere = check(workspace, add(workspace, 443, host="nowhere.invalid"))
    with answering(_close) as closing:
        closed = check(workspace, add(workspace, closing))
    with answering(lambda own: own.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        web = check(workspace, add(workspace, port))
    with answering(_silent) as port:
        silent = check(workspace, add(workspace, port), time_limit=0.5)
    assert all(one.verdict is EndpointState.UNREACHABLE for one in (gone, nowhere, closed, web, silent))
    told = [codes(one) for one in (gone, nowhere, closed, web, silent)]
    assert told == [
        [Failure.REFUSED],
        [Failure.NO_ADDRESS],
        [Failure.NO_TLS],
        [Failure.NO_TLS],
        [Failure.TIMED_OUT],
    ]


def test_a_server_that_drips_or_floods_neither_holds_nor_fills(workspace: Workspace) -> None:
    sent: list[int] = []

    def drip(own: socket.socket) -> None:
        own.sendall(b"\x16\x03\x03\x40\x00")  # the head of a record of 16 KiB
        while True:
            own.sendall(b"\x02")
            time.sleep(0.05)

    def flood(own: socket.socket) -> None:
        for _ in range(100):
            own.sendall(bytes(1024 * 1024))
            sent.append(1024 * 1024)

    def flood_with_records(own: socket.socket) -> None:
        own.recv(1)
        while True:  # warnings in the handshake, which OpenSSL takes for a while
            own.sendall(b"\x15\x03\x03\x00\x02\x01\x00" * 100_000)

    with answering(drip) as port:
        assert codes(check(workspace, add(workspace, port), time_limit=0.5)) == [Failure.TIMED_OUT]
    with answering(flood) as port:
        assert codes(check(workspace, add(workspace, port))) == [Failure.NO_TLS]
    assert sum(sent) < 100 * MOST_BYTES
    with answering(flood_with_records) as port:
        assert check(workspace, add(workspace, port)).verdict is EndpointState.UNREACHABLE


def test_addresses_that_serve_different_certificates(workspace: Workspace, tmp_path: Path) -> None:
    old, new = for_gateway(), for_gateway(days=500)
    bound = trusted(workspace, "gateway-ssl", old)
    workspace.inventory.replace(bound.certificate_id or 0, source(new))
    with s_server(tmp_path, new) as port, s_server(tmp_path, old) as stale:
        endpoint = add(workspace, port, need="gateway-ssl", server_name=GATEWAY)
        other = add(workspace, stale, need="gateway-ssl", server_name=GATEWAY)
        check(workspace, endpoint)
        check(workspace, other)
    first, second = (workspace.endpoints.reading(one.id) for one in (endpoint, other))
    assert first is not None and second is not None
    files = [parse_certificate(one.der) for one in (new, old)]
    served = ServedFiles((*first.addresses, *second.addresses), {one.facts.fingerprint_sha256: one for one in files})
    workspace.endpoint_checks.take_in(endpoint, served)
    (verdict,) = workspace.endpoints.verdicts([endpoint.id])
    assert verdict.verdict is EndpointState.OLDER
    assert codes(verdict)[0] == NoteCode.DIFFERS


def test_what_is_served_is_imported_and_bound(workspace: Workspace, tmp_path: Path) -> None:
    issued = for_gateway()
    stranger = make_ca("Another CA").certificate
    with s_server(tmp_path, issued, chain=(*issued.issuers, stranger)) as port:
        endpoint = add(workspace, port, need="gateway-ssl", server_name=GATEWAY)
        check(workspace, endpoint)
    taken = workspace.endpoint_imports.import_chain(endpoint.id)
    assert [one.name for one in taken.result.imported] == [GATEWAY, "Example Issuing CA", "Example Root CA"]
    assert taken.result.notes == ("1 certificate that the endpoint sends beside the chain was left out",)
    assert taken.component is not None and taken.component.certificate_id == taken.certificate_id
    assert workspace.endpoints.verdicts()[0].verdict is EndpointState.SERVED
    assert [one.endpoint.id for one in workspace.endpoints.of_certificate(taken.certificate_id)] == [endpoint.id]
    workspace.endpoints.remove(endpoint.id)
    assert not workspace.endpoints.tables.served.all()
    assert workspace.check().clean


def test_an_import_that_does_not_fit_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    issued = issue(GATEWAY, extensions=(x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.3.6.1.5.5.7.3.2")]),))
    with s_server(tmp_path, issued) as port:
        endpoint = add(workspace, port, need="gateway-ssl", server_name=GATEWAY)
        check(workspace, endpoint)
    with pytest.raises(Exception, match="not for a TLS server"):
        workspace.endpoint_imports.import_chain(endpoint.id)
    assert workspace.inventory.list() == []
    workspace.inventory.import_from(CertificateSource(data=issued.pem))
