"""Certificates and keys in what people copy them out of: web pages, mails, source text, secrets, other formats."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from certfleet.store.certificates.private_keys import read_private_key
from certfleet.store.certificates.reading import read_certificates
from certfleet.store.errors import Refusal
from tests.material import issue, make_chain

MADE = make_chain()
PEM = MADE.pem.decode()
KEY = MADE.key_pem.decode()
BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
LINES = PEM.splitlines()


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def folded(data: bytes) -> str:
    return "".join(f"    {line}\n" for line in base64.encodebytes(data).decode().splitlines())


def around(inside: str) -> str:
    return f"<md:EntityDescriptor><ds:X509Certificate>{inside}</ds:X509Certificate></md:EntityDescriptor>"


SPOILT = {
    "blanks between the dashes": PEM.replace("-----", "- - - - -"),
    "no dashes behind": PEM.replace("CERTIFICATE-----", "CERTIFICATE"),
    "no dashes before": PEM.replace("-----BEGIN", "BEGIN").replace("-----END", "END"),
    "no dashes": PEM.replace("-----", ""),
    "six dashes behind": PEM.replace("CERTIFICATE-----", "CERTIFICATE------"),
    "a no-break space": PEM.replace("BEGIN ", "BEGIN\xa0").replace("END ", "END\xa0"),
    "only one end is spoilt": PEM.replace(END, END[1:]),
    "a letter too few": PEM.replace("CERTIFICATE", "CERTIFCATE"),
    "the label of a key": PEM.replace("CERTIFICATE", "PRIVATE KEY"),
    "another language": PEM.replace("BEGIN", "BEGINN").replace("END", "ENDE"),
    "a web page": PEM.replace("\n", "<br/>\r\n"),
    "one line of a web page": f"<p>{PEM.strip()}</p>".replace("\n", "<br>"),
    "character references": PEM.replace("\n", "&#13;\n").replace("+", "&#43;"),
    "PHP's JSON": json.dumps({"pem": PEM}).replace("/", "\\/"),
    ".NET's JSON": json.dumps({"pem": PEM}).replace("+", "\\u002B"),
    "escaped twice": json.dumps(json.dumps({"pem": PEM})),
    "a mail's source": PEM.replace("=", "=3D"),
    "comments": "".join(f"# {line}\n" for line in LINES),
    "a difference": "".join(f"+{line}\n" for line in LINES),
    "source text": "".join(f"'{line}\\n' +\n" for line in LINES),
    "numbered lines": "".join(f"{number:3} {line}\n" for number, line in enumerate(LINES, 8)),
    "zero width spaces": PEM.replace("\n", "\u200b\n"),
    "hexadecimal": MADE.der.hex(),
    "hexadecimal as people print it": " ".join(f"{byte:02X}" for byte in MADE.der),
    "encoded twice": f"{BEGIN}\n{base64.encodebytes(MADE.pem).decode()}{END}\n",
    "a data URL": f"data:application/x-pem-file;base64,{base64_of(MADE.pem)}",
    "a data URL of DER": f"data:application/x-x509-ca-cert;base64,{base64_of(MADE.der)}".replace("=", "%3D"),
    "another name in a secret": f"data:\n  cert.pem: {base64_of(MADE.pem)}\nkind: Secret\n",
    "a folded secret": f"data:\n  tls.crt: >-\n{folded(MADE.pem)}  tls.key: >-\n{folded(MADE.key_pem)}kind: Secret\n",
    "DER in a secret": f"data:\n  tls.crt: {base64_of(MADE.der)}\nkind: Secret\n",
    "kubeconfig": f"users:\n- user:\n    client-certificate-data: {base64_of(MADE.pem)}\n"
    f"    client-key-data: {base64_of(MADE.key_pem)}\n",
    "acme.json": json.dumps({"le": {"Certificates": [{"certificate": base64_of(MADE.pem), "key": base64_of(b"x")}]}}),
    "Azure Key Vault's JSON": json.dumps({"id": "https://vault/gateway", "cer": base64_of(MADE.der)}),
    "a JSON Web Key": json.dumps({"keys": [{"kty": "EC", "x5c": [base64_of(MADE.der)]}]}).replace("/", "\\/"),
    "SAML in CDATA": around(f"<![CDATA[{base64_of(MADE.der)}]]>"),
    "SAML with carriage returns": around(base64.encodebytes(MADE.der).decode().replace("\n", "&#13;\n")),
    "a configuration profile": f"<plist><dict><key>PayloadContent</key><data>{folded(MADE.der)}</data></dict></plist>",
    "PEM in one": f"<plist><dict><data>{folded(MADE.pem)}</data><data>{folded(b'no' * 99)}</data></dict></plist>",
    "XML": f"<config><certificate>{PEM}</certificate></config>",
    "Windows' registry": 'Windows Registry Editor Version 5.00\r\n"Pem"="{}"'.format(PEM.replace("\n", "\\n")),
}


@pytest.mark.parametrize("text", SPOILT.values(), ids=SPOILT.keys())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_one_certificate_is_read(text: str, encoding: str) -> None:
    (certificate,) = read_certificates(text.encode(encoding)).certificates
    assert certificate.der == MADE.der


@pytest.mark.parametrize(
    "text",
    [
        KEY.replace("-----", "- - - - -"),
        KEY.replace("\n", "<br>\n"),
        KEY.replace("PRIVATE KEY", "CERTIFICATE"),
        f"data:application/octet-stream;base64,{base64_of(MADE.key_pem)}",
        f"data:\n  tls.crt: {base64_of(MADE.pem)}\n  tls.key: {base64_of(MADE.key_pem)}\n",
        "".join(f"// {line}\n" for line in KEY.splitlines()),
    ],
    ids=["blanks between dashes", "web page", "a certificate's label", "data URL", "secret", "comments"],
)
def test_a_key_is_read(text: str) -> None:
    assert read_private_key(text.encode()).fits(read_certificates(MADE.der).certificates[0])


def test_a_secret_brings_its_key() -> None:
    file = read_certificates(SPOILT["a folded secret"].encode())
    assert read_private_key(file.keys[0]).fits(file.certificates[0])


def others() -> Iterator[tuple[str, str, str]]:
    profile = "".join(f"<data>{folded(one.der)}</data>" for one in (MADE, issue("other.example.com")))
    yield f"<plist>{profile}</plist>", "several-certificates", "XML with 2 certificates"
    yield 'Windows Registry Editor Version 5.00\r\n"Blob"=hex:20,00', "not-a-certificate", "Windows' registry"
    yield "{\\rtf1\\ansi Dear all,}", "not-a-certificate", "RTF"
    request = f"<plist><dict><key>PushCertRequestCSR</key><string>{PEM}</string></dict></plist>"
    yield request, "not-a-certificate", "a request for a push certificate that the MDM vendor has signed"
    yield base64_of(request.encode()), "not-a-certificate", "a request for a push certificate"
    developers = f"<key>DeveloperCertificates</key><array><data>{folded(MADE.der)}</data></array>"
    decoded = f"<plist><dict>{developers}<key>Entitlements</key></dict></plist>"
    yield decoded, "not-a-certificate", "a provisioning profile"
    yield "Certificate:\n    Data:\n        Version: 3 (0x2)\n", "not-a-certificate", "what a program prints"
    yield "Owner: CN=mdm.example.com\nIssuer: CN=CA\nSerial number: 2a\n", "not-a-certificate", "what a program prints"
    yield KEY.replace("PRIVATE KEY", "CERTIFICATE"), "not-a-certificate", "a private key"
    yield PEM.replace(END, ""), "file-truncated", "no end line"
    yield "- Begin with the certificate\n- End with the key\n", "not-a-certificate", "a text file"
    yield PEM.replace(LINES[2], "?" + LINES[2]), "certificate-unreadable", "not base64"
    yield "".join(f"{n} {line}\n" for n, line in enumerate(LINES[1:-1])), "not-a-certificate", "a text file"


@pytest.mark.parametrize(
    ("text", "code", "words"), [pytest.param(*other, id=f"{number}") for number, other in enumerate(others())]
)
def test_what_is_not_read_is_named(text: str, code: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_certificates(text.encode())
    assert (refused.value.code, words in refused.value.message) == (code, True), refused.value


def signed(content: str) -> bytes:
    """A CMS SignedData around it, with its signer's certificates."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content.encode())
    assert isinstance(MADE.key, ec.EllipticCurvePrivateKey)
    builder = builder.add_signer(MADE.certificate, MADE.key, hashes.SHA256())
    return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def test_a_signed_profile_brings_what_is_in_it_and_not_its_signer() -> None:
    inside = issue("inside.example.com")
    profile = f"<?xml version='1.0'?><plist><dict><data>{folded(inside.der)}</data></dict></plist>"
    (certificate,) = read_certificates(signed(profile)).certificates
    assert certificate.der == inside.der


def test_a_signed_provisioning_profile_is_no_certificate() -> None:
    with pytest.raises(Refusal) as refused:
        read_certificates(
            signed("<plist><key>DeveloperCertificates</key><key>Entitlements</key></plist>"), "a.mobileprovision"
        )
    assert refused.value.message == (
        "the signed content of a.mobileprovision holds no certificate; it seems to be a provisioning profile"
    )
    assert "profile import" in (refused.value.hint or "")


def test_the_certificates_of_a_signature_are_read() -> None:
    """Nothing else is in it, and people hand out certificates in this way."""
    (certificate,) = read_certificates(signed("Dear all,")).certificates
    assert certificate.der == MADE.der


@pytest.mark.parametrize(
    "text",
    [
        "LS0tLS1CRUdJTi" + "A\n" * 500_000,
        "<data>" + "A" * 1_000_000,
        '"MI' + "A" * 1_000_000,
        '"MIAA' * 200_000,
        "<X509Certificate>" * 60_000,
        "data:" * 200_000,
        "00 " * 300_000 + "x",
        "M" + "A" * 40 + ("\nA" * 400_000) + "-",
        "-" * 1_000_000,
        "- " * 500_000 + "BEGIN",
        "-----BEGIN A-----\n" + "=3D<" * 250_000 + "\n-----END A-----",
        "-----BEGIN A-----\n" + "\\" * 1_000_000 + "\n-----END A-----",
        "\n".join("M" + "A" * 40 for _ in range(20_000)),
    ],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    """Each would take hours if an expression could match it in many ways."""
    with pytest.raises(Refusal):
        read_certificates(text.encode())
