"""The verdict on a chain: constraints, critical extensions, purpose, host name, trust, and what can't be judged."""

from __future__ import annotations

import ipaddress

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from certfleet.store.certificates.facts import parse_certificate
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource, OnConflict
from certfleet.store.inventory.verify import Verdict, VerdictPart
from certfleet.store.model.certificate import UseAs
from certfleet.store.trust.verdicts import ChainTrust, ChainVerdict
from certfleet.store.views.verdict import judged_text, reasons, summary_text, trust_text
from certfleet.store.workspace import Workspace
from tests.material import NOW, Issued, PrivateKey, ec_key, issue, make_ca, make_chain, name, push_subject
from tests.path_cases import PKITS

SERVER = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
CLIENT = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
HOST = x509.DNSName("mdm.example.com")


def signed(
    common_name: str,
    issuer: Issued | None = None,
    *,
    critical: tuple[x509.ExtensionType, ...] = (),
    is_ca: bool = False,
    sans: tuple[x509.GeneralName, ...] = (),
    key: PrivateKey | None = None,
) -> Issued:
    """A certificate with critical extensions."""
    key = key or ec_key()
    above = issuer.certificate.subject if issuer is not None else name(common_name)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(common_name))
        .issuer_name(above)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW)
        .not_valid_after(NOW.replace(year=NOW.year + 1))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    if sans:
        builder = builder.add_extension(x509.SubjectAlternativeName(sans), critical=False)
    for extension in critical:
        builder = builder.add_extension(extension, critical=True)
    by = issuer.key if issuer is not None else key
    certificate = builder.sign(by, hashes.SHA256())
    return Issued(certificate, key, issuer.chain if issuer is not None else ())


def judge(workspace: Workspace, issued: Issued, use_as: UseAs = UseAs.SERVER, host: str | None = None) -> ChainVerdict:
    result = workspace.inventory.import_from(CertificateSource(data=issued.chain_pem), use_as=use_as)
    return workspace.verdicts.of([result.imported[0].id], host=host)[0]


def codes(found: ChainVerdict) -> list[str]:
    return [problem.code for problem in found.problems]


def test_a_good_chain_says_what_was_judged(workspace: Workspace) -> None:
    found = judge(workspace, issue(issuer=make_ca(), sans=(HOST,), extensions=(SERVER,)), host="mdm.example.com")
    assert (found.verdict, found.ok, found.trust) == (Verdict.OK, True, ChainTrust.PRIVATE)
    assert judged_text(found) == (
        "path ok, time ok, constraints ok, purpose (a TLS server) ok, name (mdm.example.com) ok; trust: private root"
    )
    assert [found.verdict_of(part) for part in VerdictPart] == [Verdict.OK] * 5


def test_a_name_outside_the_constraints_is_bad(workspace: Workspace) -> None:
    limits = x509.NameConstraints([x509.DNSName("example.com")], None)
    root = signed("Root", critical=(limits,), is_ca=True)
    assert judge(workspace, issue("a", issuer=root, sans=(HOST,))).ok
    found = judge(workspace, issue("b", issuer=make_ca("Below", issuer=root), sans=(x509.DNSName("b.other"),)))
    assert list(reasons(found)) == [
        "name-not-permitted: #3: b has the DNS name b.other, which is not permitted by Root",
    ]
    assert found.verdict_of(VerdictPart.CONSTRAINTS) is Verdict.BAD
    assert found.verdict_of(VerdictPart.PATH) is Verdict.OK


def test_an_unknown_critical_extension_is_bad_and_apples_markers_are_not(workspace: Workspace) -> None:
    unknown = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.55738.1"), b"\x05\x00")
    found = judge(workspace, signed("a", make_ca(), critical=(unknown,)))
    assert codes(found) == ["unknown-critical-extension"]
    marker = x509.UnrecognizedExtension(ObjectIdentifier("1.2.840.113635.100.6.1.4"), b"\x05\x00")
    assert judge(workspace, signed("b", make_ca("Apple"), critical=(marker,))).ok


@pytest.mark.parametrize("use_as", [UseAs.SERVER, UseAs.SSL_LISTENER])
def test_a_purpose_that_a_server_cant_use_is_bad(workspace: Workspace, use_as: UseAs) -> None:
    found = judge(workspace, issue("a", issuer=make_ca(), extensions=(CLIENT,)), use_as)
    assert list(reasons(found)) == ["wrong-purpose: #1: a is for clientAuth; a TLS server needs serverAuth"]


def test_the_purposes_of_a_ca_between_limit_a_server_and_those_of_a_root_dont(workspace: Workspace) -> None:
    root = issue("Root", is_ca=True, extensions=(CLIENT,))
    assert judge(workspace, issue("a", issuer=root, extensions=(SERVER,))).ok
    between = issue("Issuing", issuer=root, is_ca=True, extensions=(CLIENT,))
    found = judge(workspace, issue("b", issuer=between, extensions=(SERVER,)))
    assert list(reasons(found)) == ["wrong-purpose: #4: Issuing is for clientAuth; a TLS server needs serverAuth"]


def test_a_key_usage_without_what_a_use_needs_is_bad(workspace: Workspace) -> None:
    encipher = x509.KeyUsage(False, False, True, False, False, False, False, False, False)
    assert judge(workspace, issue("a", issuer=make_ca("A"), extensions=(encipher,))).ok
    found = judge(workspace, issue("b", issuer=make_ca("B"), extensions=(encipher,)), UseAs.SAML)
    assert codes(found) == ["wrong-purpose"]


def test_a_self_signed_saml_certificate_and_a_push_certificate_are_good(workspace: Workspace) -> None:
    found = judge(workspace, issue("idp.example.com", extensions=(CLIENT,)), UseAs.SAML)
    assert (found.ok, found.trust) == (True, ChainTrust.PRIVATE)
    push = issue(subject=push_subject(), issuer=make_ca("Apple"), extensions=(CLIENT,))
    id = workspace.inventory.import_from(CertificateSource(data=push.chain_pem, key=push.key_pem)).imported[0].id
    workspace.inventory.set_use_as(id, UseAs.APNS)
    assert all(one.ok for one in workspace.verdicts.of())


def test_what_a_component_uses_a_certificate_for_comes_before_its_use(workspace: Workspace) -> None:
    client = issue("pki-user", issuer=make_ca(), extensions=(CLIENT,))
    result = workspace.inventory.import_from(CertificateSource(data=client.chain_pem, key=client.key_pem))
    id = result.imported[0].id
    assert codes(workspace.verdicts.of([id])[0]) == ["wrong-purpose"]
    workspace.components.bind("client-authentication", id, name="PKI")
    assert workspace.verdicts.of([id])[0].ok
    newer = issue("pki-user", issuer=make_ca("Newer"), extensions=(CLIENT,))
    workspace.inventory.replace(id, CertificateSource(data=newer.chain_pem, key=newer.key_pem))
    assert workspace.verdicts.of([id])[0].ok  # of the one that was replaced the same is asked


def test_a_host_is_judged_by_the_alternative_names(workspace: Workspace) -> None:
    address = x509.IPAddress(ipaddress.ip_address("192.0.2.1"))
    leaf = issue("cn.example.com", issuer=make_ca(), sans=(HOST, x509.DNSName("*.example.org"), address))
    id = workspace.inventory.import_from(CertificateSource(data=leaf.chain_pem)).imported[0].id

    def is_for(host: str) -> bool:
        return workspace.verdicts.of([id], host=host)[0].ok

    assert is_for("MDM.example.com.") and is_for("a.example.org") and is_for("192.0.2.1")
    assert not is_for("cn.example.com") and not is_for("a.b.example.org") and not is_for("192.0.2.2")
    found = workspace.verdicts.of([id], host="other.example.com")[0]
    assert list(reasons(found)) == [
        "host-not-named: #1: cn.example.com is not for other.example.com: "
        "it names DNS:mdm.example.com, DNS:*.example.org, IP:192.0.2.1"
    ]


def test_with_a_host_only_certificates_of_servers_are_verified(workspace: Workspace) -> None:
    workspace.inventory.import_from(CertificateSource(data=make_chain().chain_pem))
    workspace.inventory.import_from(CertificateSource(data=issue("idp").pem), use_as=UseAs.SAML)
    assert [one.certificate.id for one in workspace.verdicts.of(host="mdm.example.com")] == [1]


@pytest.mark.parametrize(
    "host", ["", "https://mdm.example.com", "*.example.com", "mdm.example.com:8443", "a b", "1.2.3"]
)
def test_what_is_no_host_is_refused(workspace: Workspace, host: str) -> None:
    with pytest.raises(Refusal, match="host-invalid"):
        workspace.verdicts.of(host=host)


def test_who_trusts_a_chain(workspace: Workspace) -> None:
    root = make_ca()
    assert judge(workspace, issue("a", issuer=root)).trust is ChainTrust.PRIVATE
    workspace.trust.deploy(2)
    assert workspace.verdicts.of([1])[0].trust is ChainTrust.DEPLOYED
    lonely = Issued(issue("b", issuer=make_ca("Absent")).certificate, ec_key())
    assert judge(workspace, lonely).trust is ChainTrust.UNKNOWN
    public = next(one for one in certifi.contents().split("\n\n") if "BEGIN" in one).encode()
    id = workspace.inventory.import_from(CertificateSource(data=public)).imported[0].id
    found = workspace.verdicts.of()
    assert found[-1].certificate.id == id and found[-1].trust is ChainTrust.PUBLIC
    assert trust_text(found) == "trust: 1 public root, 2 deployed to devices, 1 unknown, without a root"


def test_limits_of_policies_are_told_as_not_judged(workspace: Workspace) -> None:
    explicit = x509.PolicyConstraints(require_explicit_policy=0, inhibit_policy_mapping=None)
    found = judge(workspace, issue("a", issuer=signed("Root", critical=(explicit,), is_ca=True)))
    assert (found.verdict, found.ok, codes(found)) == (Verdict.NOT_JUDGED, False, [])
    assert [one.code for one in found.not_judged] == ["policies-not-judged"]
    assert found.verdict_of(VerdictPart.CONSTRAINTS) is Verdict.NOT_JUDGED
    assert summary_text([found]) == "1 chain verified, 0 with problems, 1 not judged"


def test_what_only_the_lenient_reader_reads_is_told_as_not_judged(workspace: Workspace) -> None:
    negative = parse_certificate((PKITS / "InvalidNegativeSerialNumberTest15EE.crt").read_bytes())
    id = workspace.inventory.import_from(CertificateSource(data=negative.der)).imported[0].id
    found = workspace.verdicts.of([id])[0]
    assert [(one.code, one.message.partition(" can ")[2]) for one in found.not_judged] == [
        ("read-leniently", "only be read leniently: its serial number is not positive")
    ]


def test_a_public_root_with_the_serial_number_zero_is_good(workspace: Workspace) -> None:
    godaddy = next(one for one in certifi.contents().split("\n\n") if "Go Daddy Root" in one).encode()
    id = workspace.inventory.import_from(CertificateSource(data=godaddy)).imported[0].id
    found = workspace.verdicts.of([id])[0]
    assert (found.verdict, found.trust) == (Verdict.OK, ChainTrust.PUBLIC)


def test_a_missing_issuer_is_told_apart_from_one_of_its_name(workspace: Workspace) -> None:
    root, other = make_ca("Root"), make_ca("Root")
    workspace.inventory.import_from(CertificateSource(data=other.pem))
    leaf = issue("a", issuer=root)
    id = workspace.inventory.import_from(CertificateSource(data=leaf.pem)).imported[0].id
    assert list(reasons(workspace.verdicts.of([id])[0])) == [
        "issuer-missing: #2: its issuer CN=Root is not in the inventory: "
        "another key signed it than that of #1, which has the name"
    ]


def test_two_cas_that_issued_each_other_are_a_circle_also_when_one_form_was_kept(workspace: Workspace) -> None:
    a, b = ec_key(), ec_key()
    first, second = make_ca("A", key=a), make_ca("B", key=b)
    a_by_b, b_by_a = make_ca("A", issuer=second, key=a), make_ca("B", issuer=first, key=b)
    leaf = issue("leaf", issuer=Issued(a_by_b.certificate, a))
    data = leaf.pem + a_by_b.certificate.public_bytes(Encoding.PEM) + b_by_a.certificate.public_bytes(Encoding.PEM)
    result = workspace.inventory.import_from(CertificateSource(data=data), on_conflict=OnConflict.KEEP)
    assert codes(workspace.verdicts.of([result.imported[0].id])[0]) == ["issuers-in-a-circle"]
