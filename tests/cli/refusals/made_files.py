"""The files that the ways of the table name."""

from __future__ import annotations

import base64
import hashlib
import io
import stat
import zipfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    pkcs7,
)

from certfleet.store.certificates import asn1
from certfleet.store.certificates.pem import to_pem_text
from tests.cases import case
from tests.cli.conftest import PASSWORD
from tests.material import issue, make_chain
from tests.store.bulk.material import p12, packed

GOOD = "F2LX1234ABCD"
EXPORT = """\
platform,serial_number,os_version,owner,ownership,last_check_in,issuer,certificate_serial_number,not_after
macos,C02XK1ZPJGH5,18.1,Ben Okafor,company,,Example CA,0A:1B,2099-12-20
"""
OTHER_EXPORT = "kind,tag\nmacos,C02XK1ZPJGH5\n"
MAPPING = '[columns]\nplatform = "kind"\nserial_number = "tag"\n'


def make_files(files: Path) -> None:
    """Everything that ``@`` can name beside the material of all commands."""
    leaf = x509.load_pem_x509_certificate((files / "leaf.pem").read_bytes())
    key = load_pem_private_key((files / "leaf.key").read_bytes(), None)
    pem = (files / "leaf.pem").read_text()
    texts = {
        "cut.pem": pem[: len(pem) // 2],
        "no-end.pem": pem.replace("-----END CERTIFICATE-----", ""),
        "spoilt.pem": pem.replace("M", "?", 1),
        "garbage.pem": "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n",
        "page.html": "<!DOCTYPE html><html><body>Sign in</body></html>",
        "key-as-certificate.pem": (files / "leaf.key").read_text().replace("PRIVATE KEY", "CERTIFICATE"),
        "quoted": '"correct horse"\n',
        "short": "1234567\n",
        "devices.csv": EXPORT,
        "other.csv": OTHER_EXPORT,
        "mapping.toml": MAPPING,
        "empty-export.csv": "\n",
        "bad-plan.toml": "title = 1\n",
        "good-plan.toml": '[[action]]\ndo = "refresh-authority"\nat = 2026-02-06\n',
        "bad-names": "Ann\nAnn\n",
        "metadata.xml": "".join(
            f"<X509Certificate>{base64.b64encode(issue(name).der).decode()}</X509Certificate>"
            for name in ("a.example.com", "b.example.com")
        ),
    }
    binary = {
        "binary": b"\x81\x00\x01\x02\x03\x04",
        "large.pem": b"x" * (65 * 1024 * 1024),
        "thousands.pem": (files / "leaf.pem").read_bytes() * 10_001,
        "two-intermediates.pem": case("two-intermediates-of-one-name", "c.pem"),
        "unknown-signature.pem": _with_unknown_signature(3),
        "unknown-alone.pem": _with_unknown_signature(1),
        "openssh.key": to_pem_text("OPENSSH PRIVATE KEY", b"openssh-key-v1\0\0\0\0\x0aaes256-ctr" + bytes(99)).encode(),
        "costly.key": _costly_key(),
        "damaged.p12": _damaged((files / "leaf.p12").read_bytes()),
        "empty.jks": _empty_jks(),
        "leaf.bks": bytes.fromhex("0000000200000014") + bytes(60),
        "public.pem": key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "request.pem": x509.CertificateSigningRequestBuilder()
        .subject_name(leaf.subject)
        .sign(key, hashes.SHA256())  # type: ignore[arg-type]  # a key that signs
        .public_bytes(Encoding.PEM),
        "detached.p7s": _detached(leaf, key),
        "export.json": b"{}",
    }
    for name, text in texts.items():
        (files / name).write_text(text)
    for name, data in {**binary, **_archives()}.items():
        (files / name).write_bytes(data)
    (files / "folder").mkdir()
    (files / "bad-fixtures").mkdir()
    (files / "bad-fixtures" / "manifest.json").write_text("{}")
    (files / "folder" / "good-plan.toml").write_text(texts["good-plan.toml"])
    (files / "bad-tables").mkdir()
    (files / "bad-tables" / "ours.csv").write_text("platform,version,released\nios,28,some day\n")
    _renewed(files, key)


def _detached(leaf: x509.Certificate, key: PrivateKeyTypes) -> bytes:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(b"a profile")
    signed = builder.add_signer(leaf, key, hashes.SHA256())  # type: ignore[arg-type]  # a key that signs
    return signed.sign(Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature])


def _with_unknown_signature(count: int) -> bytes:
    chain = make_chain("odd.example.com")
    odd = chain.der.replace(bytes.fromhex("2a8648ce3d040302"), bytes.fromhex("2a8648ce3d04037f"))
    return "".join(to_pem_text("CERTIFICATE", der) for der in (odd, *chain.chain_der[1:count])).encode()


def _costly_key() -> bytes:
    data = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )
    parsed = asn1.load(asn1.keys.EncryptedPrivateKeyInfo, data)
    parsed["encryption_algorithm"]["parameters"]["key_derivation_func"]["parameters"]["iteration_count"] = 2**31 - 1
    made: bytes = parsed.dump(force=True)
    return made


def _empty_jks() -> bytes:
    data = bytes.fromhex("feedfeed0000000200000000")
    return data + hashlib.sha1(PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite" + data).digest()


def _damaged(data: bytes) -> bytes:
    """Its authenticated part is no longer what its checksum covers: the kind of that part is unknown."""
    return data.replace(bytes.fromhex("2a864886f70d010701"), bytes.fromhex("2a864886f70d01077f"))


def _renewed(files: Path, key: PrivateKeyTypes) -> None:
    """Two more certificates over the leaf's key."""
    made = [issue("mdm.company.example", key=key) for _ in range(2)]  # type: ignore[arg-type]  # the leaf's
    (files / "renewed-same-key.pem").write_bytes(made[0].pem)
    (files / "same-key-twice.pem").write_bytes(made[0].pem + made[1].pem)


def _archives() -> dict[str, bytes]:
    good = {f"{GOOD}.p12": p12(GOOD)}
    line = f"{GOOD}.p12=pass=word 1!\n"

    def more(name: str | zipfile.ZipInfo, data: bytes = b"x", method: int = zipfile.ZIP_DEFLATED) -> bytes:
        file = io.BytesIO(packed(good).getvalue())
        with zipfile.ZipFile(file, "a", method) as archive:
            archive.writestr(name, data, compress_type=method)
        return file.getvalue()

    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    whole = packed(good).getvalue()
    encrypted = bytearray(whole)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        encrypted[encrypted.index(mark) + at] |= 1
    alone = io.BytesIO()
    with zipfile.ZipFile(alone, "w") as archive:
        archive.writestr(f"{GOOD}.p12", good[f"{GOOD}.p12"])
    texts = io.BytesIO()
    with zipfile.ZipFile(texts, "w") as archive:
        archive.writestr("credential.txt", line)
    two = io.BytesIO()
    with zipfile.ZipFile(two, "w") as archive:
        archive.writestr(f"{GOOD}.p12", good[f"{GOOD}.p12"])
        archive.writestr("a.txt", line)
        archive.writestr("b.txt", line)
    return {
        "good.zip": whole,
        "damaged.zip": whole.replace(b"PK\x01\x02", b"PK\x01\x03", 1),
        "no-keystore.zip": texts.getvalue(),
        "bomb.zip": more("zeros", bytes(5_000_000)),
        "unsafe.zip": more("../x.p12"),
        "twice.zip": more(f"copy/{GOOD}.p12"),
        "link.zip": more(link),
        "encrypted.zip": bytes(encrypted),
        "bzip2.zip": more("x.txt", method=zipfile.ZIP_BZIP2),
        "nested.zip": more("x.zip"),
        "no-credentials.zip": alone.getvalue(),
        "two-credentials.zip": two.getvalue(),
        "binary-credentials.zip": packed(good, b"\x81\x00\x01\x02\x03\x04").getvalue(),
        "colon.zip": packed(good, line.replace("=", ":")).getvalue(),
        "double-line.zip": packed(good, line * 2).getvalue(),
    }
