"""Served chains: each is shown by SNI, and refused or accepted as its name says; revocation is told over HTTP."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from certfleet.testing import BAD_CHAINS, ServedChains, serve_chains
from certfleet.testing.good_chains import GOOD_CHAINS
from certfleet.testing.live.live_server import MOST_CONNECTIONS
from tests.material import needs_openssl

SERVED = ["good", *GOOD_CHAINS, *(name for name in BAD_CHAINS if name != "key-mismatch")]
UNSEEN = ["revoked"]  # by a client that looks at no revocation list
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


def client(served: ServedChains) -> ssl.SSLContext:
    """A client that trusts the root, as strict as ``openssl verify -x509_strict``."""
    context = ssl.create_default_context()
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    served.configure_trust(context)
    return context


def shown(served: ServedChains, name: str) -> x509.Certificate:
    """The certificate that a server shows, whatever is wrong with it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with served.connect(name, context) as connection:
        der = connection.getpeercert(binary_form=True)
    assert der is not None
    return x509.load_der_x509_certificate(der)


def fetched(url: str, data: bytes | None = None) -> bytes:
    headers = {} if data is None else {"Content-Type": "application/ocsp-request"}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=60) as answer:
        body: bytes = answer.read()
    return body


def pointers(certificate: x509.Certificate) -> tuple[str, str, str]:
    """The URLs of its issuer's CRL, certificate and OCSP responder."""
    [point] = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert point.full_name is not None
    access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    found = {one.access_method: str(one.access_location.value) for one in access}
    methods = AuthorityInformationAccessOID
    return str(point.full_name[0].value), found[methods.CA_ISSUERS], found[methods.OCSP]


def test_every_chain_is_served_but_one_that_no_server_can_show(served_chains: ServedChains) -> None:
    assert list(served_chains) == SERVED
    assert served_chains["expired"] == (
        "expired",
        "expired.localhost",
        "refuse",
        "The certificate has expired.",
        "certificate has expired",
    )
    assert served_chains["wildcard"].host == "www.wildcard.localhost"
    assert {one.expected for one in map(served_chains.__getitem__, GOOD_CHAINS)} == {"accept"}


@pytest.mark.parametrize("name", SERVED)
def test_a_client_accepts_the_good_and_refuses_the_bad(served_chains: ServedChains, name: str) -> None:
    one = served_chains[name]
    if one.expected == "accept" or name in UNSEEN:
        with served_chains.connect(name, client(served_chains)) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            with connection.makefile("rb") as answer:
                assert answer.read().decode().endswith(f"\r\n\r\n{name}: {one.expected}. {one.what}\n")
        return
    with pytest.raises(ssl.SSLCertVerificationError) as refused:
        served_chains.connect(name, client(served_chains))
    assert one.openssl.lower() in str(refused.value).lower()


@needs_openssl
@pytest.mark.parametrize("name", SERVED)
def test_openssl_says_what_the_name_says(served_chains: ServedChains, name: str, tmp_path: Path) -> None:
    one, root = served_chains[name], tmp_path / "root.pem"
    root.write_bytes(fetched(f"{served_chains.url}/root.pem"))
    lists = "-crl_check -crl_download" if name in ("good", "revoked") else ""  # the list that the certificate names
    line = (
        f"openssl s_client -connect {served_chains.host}:{served_chains.port} -servername {one.host} "
        f"-verify_return_error -x509_strict -auth_level 2 -verify_hostname {one.host} {lists} -CAfile"
    )
    command = [*line.split(), str(root)]
    done = subprocess.run(command, input="", capture_output=True, text=True, timeout=60, check=False)
    if one.expected == "accept":
        assert done.returncode == 0 and "Verify return code: 0 (ok)" in done.stdout, done.stderr
    else:
        assert done.returncode != 0
        first = re.search(r"verify error:num=\d+:(.*)", done.stdout + done.stderr)
        assert first is not None and first[1] == one.openssl, done.stderr


@needs_curl
def test_curl_reads_the_page_of_the_good_one_alone(served_chains: ServedChains, tmp_path: Path) -> None:
    root = tmp_path / "root.pem"
    served_chains.root.cert_pem.write_to_path(root)

    def curl(name: str) -> subprocess.CompletedProcess[str]:
        to = f"::{served_chains.host}:{served_chains.port}"
        line = ["curl", "--silent", "--show-error", "--noproxy", "*", "--cacert", str(root), "--connect-to", to]
        url = f"https://{served_chains[name].host}/"
        return subprocess.run([*line, url], capture_output=True, text=True, timeout=60, check=False)

    assert curl("good").stdout == "good: accept. Nothing is wrong.\n"
    refused = curl("expired")
    assert refused.returncode == 60 and "certificate has expired" in refused.stderr


@pytest.mark.parametrize("name", ["good", "revoked", "expired", "below-the-root"])
def test_the_list_that_a_certificate_names_is_there(served_chains: ServedChains, name: str) -> None:
    certificate = shown(served_chains, name)
    crl, issuer, _ = pointers(certificate)
    found, ca = x509.load_der_x509_crl(fetched(crl)), x509.load_der_x509_certificate(fetched(issuer))
    certificate.verify_directly_issued_by(ca)
    public = ca.public_key()
    assert found.is_signature_valid(public)  # type: ignore[arg-type]
    revoked = found.get_revoked_certificate_by_serial_number(certificate.serial_number)
    assert (revoked is not None) == (name == "revoked")


@pytest.mark.parametrize(("name", "above"), [("gap-in-chain", 1), ("twin-intermediate", 0)])
def test_what_a_chain_lacks_is_not_to_be_fetched(served_chains: ServedChains, name: str, above: int) -> None:
    certificate = shown(served_chains, name)
    for _ in range(above):
        certificate = x509.load_der_x509_certificate(fetched(pointers(certificate)[1]))
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetched(pointers(certificate)[1])
    assert refused.value.code == 404
    refused.value.close()


@needs_openssl
@pytest.mark.parametrize(("name", "status"), [("good", "good"), ("revoked", "revoked"), ("same-key-twice", "good")])
@pytest.mark.parametrize("digest", ["sha1", "sha256"])
def test_openssl_asks_the_responder(
    served_chains: ServedChains, name: str, status: str, digest: str, tmp_path: Path
) -> None:
    certificate = shown(served_chains, name)
    _, issuer, responder = pointers(certificate)
    ca = x509.load_der_x509_certificate(fetched(issuer))
    for file, one in {"issuer.pem": ca, "leaf.pem": certificate}.items():
        (tmp_path / file).write_bytes(one.public_bytes(Encoding.PEM))
    served_chains.root.cert_pem.write_to_path(tmp_path / "root.pem")
    line = ["openssl", "ocsp", "-issuer", "issuer.pem", f"-{digest}", "-cert", "leaf.pem", "-url", responder]
    line += ["-CAfile", "root.pem"]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert f"leaf.pem: {status}\n" in done.stdout and "Response verify OK" in done.stderr, done.stderr
    assert "WARNING" not in done.stderr  # the nonce is in the answer


def test_the_responder_answers_get_and_nonsense(served_chains: ServedChains) -> None:
    certificate = shown(served_chains, "revoked")
    _, issuer, responder = pointers(certificate)
    ca = x509.load_der_x509_certificate(fetched(issuer))
    asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, ca, hashes.SHA1()).build()
    der = asked.public_bytes(Encoding.DER)
    answer = ocsp.load_der_ocsp_response(fetched(f"{responder}/{base64.b64encode(der).decode().replace('/', '%2F')}"))
    assert answer.certificate_status is ocsp.OCSPCertStatus.REVOKED
    for wrong in (b"nonsense", b"0"):
        said = ocsp.load_der_ocsp_response(fetched(responder, wrong))
        assert said.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    stranger = ocsp.OCSPRequestBuilder().add_certificate(ca, ca, hashes.SHA1()).build()
    said = ocsp.load_der_ocsp_response(fetched(responder, stranger.public_bytes(Encoding.DER)))
    assert said.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


@pytest.mark.parametrize("path", ["/", "/0.crl", "/0.crt", "/x/ocsp", "/../root.pem"])
def test_nothing_else_is_there(served_chains: ServedChains, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetched(served_chains.url + path)
    assert refused.value.code == 404
    refused.value.close()


def test_who_asks_for_no_name_gets_one_that_is_for_the_address(served_chains: ServedChains) -> None:
    where = served_chains.host, served_chains.port
    with (
        socket.create_connection(where, 60) as made,
        client(served_chains).wrap_socket(made, server_hostname=served_chains.host) as connection,
    ):
        assert connection.getpeercert()
    with socket.create_connection(where, 60) as made, pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
        client(served_chains).wrap_socket(made, server_hostname="nobody.localhost")


def test_fixed_keys_give_the_same_chains_on_the_same_port() -> None:
    def once(port: int) -> tuple[int, str, str]:
        with serve_chains(port=port, fixed_keys=True) as served:
            crl = pointers(shown(served, "expired"))[0]
            digest = hashlib.sha256(shown(served, "revoked").public_bytes(Encoding.DER)).hexdigest()
        return served.port, crl, digest

    first = once(0)
    with serve_chains(port=first[0], fixed_keys=True) as served:
        assert fetched(first[1])  # by somebody who has the certificate from before
        assert hashlib.sha256(shown(served, "revoked").public_bytes(Encoding.DER)).hexdigest() == first[2]


def test_strangers_keep_nobody_out_and_no_thread_is_left() -> None:
    before = set(threading.enumerate())
    idle: list[socket.socket] = []
    with serve_chains(limit=600) as served:
        where = served.host, served.port
        for _ in range(MOST_CONNECTIONS):
            idle.append(socket.create_connection(where, 60))
            idle[-1].sendall(b"\x16")  # TLS, and no more
        until = time.monotonic() + 60
        while True:  # such a one is spared for a second
            try:
                with served.connect("good", client(served)) as connection:
                    assert connection.getpeercert()
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.1)
        with socket.create_connection(where, 60) as long, long.makefile("rb") as answer:
            long.sendall(b"GET /" + b"x" * 70_000 + b" HTTP/1.0\r\n\r\n")
            with suppress(ConnectionResetError):  # what it had sent besides was not read
                assert b"414" in answer.read()
    assert set(threading.enumerate()) == before
    for one in idle:
        one.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(where, 60)


def test_a_connection_has_its_time() -> None:
    with serve_chains(limit=0.5) as served, socket.create_connection((served.host, served.port), 60) as idle:
        idle.sendall(b"GET / HT")
        assert idle.recv(1) == b""
