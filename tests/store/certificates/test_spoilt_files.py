"""PEM that editors, chats and secret stores have changed, and text files in other encodings."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from certfleet.cli.frame.passwords import read_password_file
from certfleet.store.bulk.credentials import read_credentials, read_identities
from certfleet.store.certificates.plain_text import decode_text
from certfleet.store.certificates.private_keys import read_private_key
from certfleet.store.certificates.reading import read_certificates
from certfleet.store.errors import Refusal
from certfleet.store.keystores.reading import read_keystore
from tests.cases import case
from tests.material import issue, make_chain

MADE = make_chain()
PEM = MADE.pem.decode()
LINES = [MADE.pem, MADE.key_pem]


@pytest.mark.parametrize(
    ("folder", "count"), [("four-dashes", 1), ("certificate-chain-label", 1), ("base64-of-pem", 2)]
)
def test_the_cases(folder: str, count: int) -> None:
    assert len(read_certificates(case(folder, "c.pem")).certificates) == count


@pytest.mark.parametrize(
    "dashes", ["-", "----", "------", "–––––", "—————", "\N{MINUS SIGN}" * 5], ids=["1", "4", "6", "en", "em", "minus"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_other_dashes(dashes: str, encoding: str) -> None:
    text = PEM.replace("-----", dashes)
    (certificate,) = read_certificates(text.encode(encoding)).certificates
    assert certificate.der == MADE.der


def test_long_dashes_of_windows_1252() -> None:
    data = PEM.replace("-----", "––").encode("cp1252")
    assert read_certificates(data).certificates[0].der == MADE.der


@pytest.mark.parametrize(
    "line", ["-----begin certificate-----", "----- BEGIN CERTIFICATE -----", "-----BEGIN  CERTIFICATE-----"]
)
def test_other_letters_and_blanks(line: str) -> None:
    text = PEM.replace("-----BEGIN CERTIFICATE-----", line)
    assert read_certificates(text.encode()).certificates[0].der == MADE.der


def test_one_spoilt_block_among_good_ones_is_not_lost() -> None:
    text = MADE.chain_pem.decode().replace("-----BEGIN CERTIFICATE-----", "----BEGIN CERTIFICATE----", 1)
    assert len(read_certificates(text.encode()).certificates) == 3


def test_an_attribute_certificate_is_named() -> None:
    with pytest.raises(Refusal) as refused:
        read_certificates(PEM.replace("CERTIFICATE", "ATTRIBUTE CERTIFICATE").encode())
    assert "an attribute certificate" in refused.value.message
    assert refused.value.hint == "Bring the holder's certificate."


def test_a_kubernetes_secret() -> None:
    crt, key = (base64.b64encode(part).decode() for part in (MADE.chain_pem, MADE.key_pem))
    yaml = f"apiVersion: v1\nkind: Secret\ndata:\n  tls.crt: {crt}\n  tls.key: {key}\n"
    json = f'{{"data": {{"tls.crt": "{crt}", "tls.key": "{key}"}}}}'
    for text in (yaml, json):
        file = read_certificates(text.encode())
        assert [certificate.der for certificate in file.certificates] == MADE.chain_der
        assert read_private_key(file.keys[0]).fits(file.certificates[0])
    assert read_private_key(key.encode()).fits(file.certificates[0])


def metadata(*certificates: bytes) -> bytes:
    inside = "".join(
        f"<ds:X509Data><ds:X509Certificate>\n{base64.encodebytes(der).decode()}</ds:X509Certificate></ds:X509Data>"
        for der in certificates
    )
    return f'<?xml version="1.0"?><md:EntityDescriptor><ds:KeyInfo>{inside}</ds:KeyInfo></md:EntityDescriptor>'.encode()


def test_saml_metadata() -> None:
    assert read_certificates(metadata(MADE.der, MADE.der)).certificates[0].der == MADE.der
    with pytest.raises(Refusal) as refused:
        read_certificates(metadata(MADE.der, issue("other.example.com").der))
    assert refused.value.code == "several-certificates"


@pytest.mark.parametrize("name", ["utf16-powershell", "cp1252-notepad"])
def test_passwords_in_other_encodings(tmp_path: Path, name: str) -> None:
    path = tmp_path / "pw"
    path.write_bytes(case("password-files", name))
    assert read_keystore(case("password-files", "a.p12"), password=read_password_file(path)).entries


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_password_in_utf_16_without_its_mark(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "pw"
    path.write_bytes("pässwörd\r\n".encode(encoding))
    assert read_password_file(path) == "pässwörd"


@pytest.mark.parametrize("folder", ["certs/", "certs\\", "C:\\Users\\me\\certs\\", "\ufeff", "./"])
def test_what_is_before_the_identity_in_a_line(folder: str) -> None:
    passwords, _ = read_credentials(f"#\n{folder}A12BC3D4EFGH.p12=a/b\\c=d\n".encode(), "c.txt")
    assert passwords == {"a12bc3d4efgh": "a/b\\c=d"}


@pytest.mark.parametrize("separator", [":", "\t", ";", ","])
def test_another_sign_than_equals_is_named(separator: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_credentials(f"A12BC3D4EFGH.p12{separator}secret\n".encode(), "c.txt")
    assert "there has to be an equals sign" in (refused.value.hint or "")


@pytest.mark.parametrize(("name", "word"), [("quoted", "quotation marks"), ("trailing-space-cmd-echo", "a blank")])
def test_what_does_not_belong_to_a_password_is_named(tmp_path: Path, name: str, word: str) -> None:
    path = tmp_path / "pw"
    path.write_bytes(case("password-files", name))
    with pytest.raises(Refusal) as refused:
        read_keystore(case("password-files", "a.p12"), password=read_password_file(path))
    assert refused.value.code == "wrong-password"
    assert word in (refused.value.hint or "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_credentials_and_identities_in_other_encodings(encoding: str) -> None:
    passwords, _ = read_credentials("A12BC3D4EFGH.p12=pässwörd\r\nB12BC3D4EFGH=x\r\n".encode(encoding), "c.txt")
    assert passwords == {"a12bc3d4efgh": "pässwörd", "b12bc3d4efgh": "x"}
    assert read_identities("A12BC3D4EFGH\r\nÄ.p12\r\n".encode(encoding)) == [(1, "A12BC3D4EFGH"), (2, "Ä")]


def test_the_credential_file_is_a_list_of_identities_too_and_its_passwords_go_nowhere() -> None:
    data = b'A12BC3D4EFGH.p12=p=w!\r\n"B12BC3D4EFGH"\r\nC12BC3D4EFGH = secret\r\n=secret\r\n'
    assert read_identities(data) == [(1, "A12BC3D4EFGH"), (2, "B12BC3D4EFGH"), (3, "C12BC3D4EFGH")]


def test_what_is_no_text() -> None:
    assert decode_text(b"a\0b") is None
    assert decode_text(b"\x81") is None  # not assigned in Windows-1252
    assert decode_text(b"\xff\xfea") is None


@pytest.mark.parametrize("text", [b"x-----BEGIN ", b"-----BEGIN CERT", b"-----BEGIN \nAAAA\n"])
def test_base64_of_what_begins_a_block_and_is_none(text: bytes) -> None:
    with pytest.raises(Refusal, match="not-a-certificate"):
        read_certificates(base64.b64encode(text))


@pytest.mark.parametrize("data", [b"A\0B\0\nC\0", "a\nb".encode("utf-16-le") + b"\0\0", b"\0\0\n\0\0\n"])
def test_lines_that_are_text_each_and_none_together(data: bytes) -> None:
    for read, code in (
        (lambda: read_credentials(data, "c"), "credentials-"),
        (lambda: read_identities(data), "identities-"),
    ):
        try:
            read()
        except Refusal as refusal:
            assert refusal.code.startswith(code)
