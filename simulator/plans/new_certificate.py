"""The new certificates of a plan: from a file beside it, or one like another, over a new key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from secrets import randbits

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from msgspec import Struct

from ...store.authorities.validity import Validity
from ...store.certificates.files import read_input
from ...store.certificates.private_keys import read_plain_pkcs8, to_pkcs8
from ...store.certificates.public_roots import is_publicly_trusted
from ...store.confinement import person_path
from ...store.errors import Refusal
from ...store.inventory.certificate_table import Entries
from ...store.inventory.requests import PrivateKey, generate_key
from ...store.inventory.sources import CertificateSource, KeystoreSource, PaperSource
from ...store.keystores.reading import keystore_kind
from ...store.model.certificate import Certificate
from ...store.model.request import KeySpec
from ...store.vault.secret_kind import SecretKind
from ...store.workspace import Workspace
from ..company.issuing import IssuingAuthority
from .like_on_paper import like_on_paper, root_on_paper
from .plan import NewCertificate

STAND_IN = "stand-in"
_STAND_IN_VALID = timedelta(days=20 * 365)
_OWN = (x509.SubjectKeyIdentifier, x509.AuthorityKeyIdentifier)
_OF_THE_ISSUER = (
    x509.AuthorityInformationAccess,
    x509.CRLDistributionPoints,
    x509.FreshestCRL,
    x509.PrecertificateSignedCertificateTimestamps,
)
"""Extensions that a certificate of another key and another issuer doesn't share."""


def new_source(new: NewCertificate, folder: Path | None) -> CertificateSource | KeystoreSource:
    """The certificate file or the keystore that a plan names, relative to the plan's folder.

    Refuses as reading a file does.
    """
    assert new.file is not None
    path = beside(folder, new.file)
    data, name = read_input(path), path.name
    password = None if new.password_file is None else _password(beside(folder, new.password_file))
    if keystore_kind(data):
        return KeystoreSource(data=data, name=name, password=password)
    key = None if new.key is None else read_input(beside(folder, new.key))
    return CertificateSource(data=data, name=name, key=key, key_password=password)


def beside(folder: Path | None, name: str) -> Path:
    """A file that a plan names."""
    return person_path(Path(name) if folder is None else folder / name)


def _password(path: Path) -> str:
    try:
        return read_input(path).decode().split("\n", 1)[0].rstrip("\r")
    except UnicodeDecodeError as error:
        raise Refusal(
            "password-unreadable", f"{path} is not a text in UTF-8", "Write the password in its first line."
        ) from error


class _Signer(Struct, frozen=True):
    """Who issues: a certificate with its key (None: it issues on paper), and the chain from it upwards."""

    chain: tuple[x509.Certificate, ...]
    key: PrivateKey | None


def make_like(workspace: Workspace, certificate: Certificate, validity: Validity) -> CertificateSource | PaperSource:
    """A certificate like this entry, over a new key of the same kind: subject, names, usages; self-signed if it is.

    The same CA issues it if its key is here, as that of a CA group is. Otherwise a stand-in does, which devices trust
    as they trust the entry's own issuers: a rehearsal must not fail because a real CA's key is elsewhere. A workspace
    that issues on paper needs no key. Call it inside the transaction that takes the result in.
    """
    entries = Entries(workspace.database)
    old = x509.load_der_x509_certificate(entries.der(certificate.id))
    signer = _Signer((), None)
    if not certificate.is_self_issued:
        signer = _issuer(workspace, entries, certificate) or _stand_in(workspace, entries, certificate, validity)
        validity = _within(validity, signer.chain[0])
    if workspace.context.on_paper:
        issuer = signer.chain[0].subject if signer.chain else old.subject
        made_up = like_on_paper(old, _spec(certificate), issuer, validity, _extensions(old, signer))
        above = (link.public_bytes(Encoding.DER) for link in signer.chain)
        return PaperSource(chain=(made_up, *above), name=f"like {certificate.id}")
    key = generate_key(_spec(certificate))
    return _source(certificate, signer, _issue(old, key, signer, validity), key)


def _source(like: Certificate, signer: _Signer, made: x509.Certificate, key: PrivateKey) -> CertificateSource:
    chain = (made, *signer.chain)
    return CertificateSource(
        data=b"".join(link.public_bytes(Encoding.PEM) for link in chain), name=f"like {like.id}", key=to_pkcs8(key)
    )


def _within(validity: Validity, issuer: x509.Certificate) -> Validity:
    """No longer than the issuer's own."""
    return Validity(validity.not_before, min(validity.not_after, issuer.not_valid_after_utc))


def _spec(entry: Certificate) -> KeySpec:
    """The kind of key that an entry has, or the nearest that is generated here."""
    if entry.key_algorithm == "RSA":
        size = entry.key_size or 0
        return KeySpec.RSA_2048 if size <= 2048 else KeySpec.RSA_3072 if size <= 3072 else KeySpec.RSA_4096
    wanted = entry.key_algorithm.lower().replace(" ", "-").replace("p-", "p")
    return next((spec for spec in KeySpec if spec == wanted), KeySpec.EC_P256)


def _issuer(workspace: Workspace, entries: Entries, certificate: Certificate) -> _Signer | None:
    """The CA that issued it, if its private key is here."""
    for link in workspace.inventory.chain(certificate.id)[1:2]:
        for kind in (SecretKind.AUTHORITY_KEY, SecretKind.PRIVATE_KEY):
            if (signer := _signer_of(workspace, entries, link, kind)) is not None:
                return signer
    return None


def _signer_of(
    workspace: Workspace, entries: Entries, entry: Certificate, kind: SecretKind = SecretKind.PRIVATE_KEY
) -> _Signer | None:
    key: PrivateKey | None = None
    if workspace.context.on_paper:
        if not _is_key_known(workspace, entry, kind):
            return None
    else:
        secret = workspace.vault.get(kind, entry.public_key_sha256)
        if secret is None:
            return None
        loaded = read_plain_pkcs8(secret).loaded
        if not isinstance(loaded, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
            return None
        key = loaded
    chain = (x509.load_der_x509_certificate(entries.der(link.id)) for link in workspace.inventory.chain(entry.id))
    return _Signer(tuple(chain), key)


def _is_key_known(workspace: Workspace, entry: Certificate, kind: SecretKind) -> bool:
    """Whether a workspace's vault has the private key of an entry, as its copy without secrets tells."""
    if kind is SecretKind.PRIVATE_KEY:
        return entry.has_private_key
    known = {one.public_key_sha256 for one in workspace.authorities.all()}
    known |= {one.public_key_sha256 for one in workspace.portal.authorities.all()}
    return entry.public_key_sha256 in known


def _stand_in(workspace: Workspace, entries: Entries, certificate: Certificate, validity: Validity) -> _Signer:
    """The CA that stands in for the issuer of an entry: made once, and kept in the inventory with its key."""
    name = _stand_in_name(entries.der(certificate.id))
    for entry in workspace.inventory.list():
        if entry.is_ca and entry.subject == name.rfc4514_string():
            known = _signer_of(workspace, entries, entry)
            if known is not None:
                return known
    valid = Validity(validity.not_before, validity.not_before + _STAND_IN_VALID)
    source: CertificateSource | PaperSource
    if workspace.context.on_paper:
        paper = root_on_paper(name, valid)
        source, signer = PaperSource(chain=(paper.public_bytes(Encoding.DER),), name=STAND_IN), _Signer((paper,), None)
    else:
        root = IssuingAuthority.root(name, Random(randbits(128)), valid, key=KeySpec.EC_P256)
        source, signer = (
            CertificateSource(data=root.pem(), name=STAND_IN, key=root.key_pem()),
            _Signer(root.chain, root.key),
        )
    said = "Stands in for a CA whose key is elsewhere, so that renewals can be rehearsed"
    entry = workspace.inventory.import_from(source, description=said).imported[0]
    _trust_alike(workspace, entries, certificate, entry)
    return signer


def _stand_in_name(der: bytes) -> x509.Name:
    """The issuer's name, marked."""
    issuer = x509.load_der_x509_certificate(der).issuer
    common = issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    known = str(common[0].value) if common else "Issuer"
    marked = f"{known[: 64 - len(STAND_IN) - 3]} ({STAND_IN})"
    rest = [part for part in issuer if part.oid != NameOID.COMMON_NAME]
    return x509.Name([*rest, x509.NameAttribute(NameOID.COMMON_NAME, marked)])


def _trust_alike(workspace: Workspace, entries: Entries, certificate: Certificate, root: Certificate) -> None:
    """Let devices trust a new root as they trust the chain of an entry."""
    chain, trust = workspace.inventory.chain(certificate.id), workspace.trust
    anchors = [trust.get(link.id) for link in chain]
    if any(anchor.preinstalled for anchor in anchors) or is_publicly_trusted(entries.parsed(chain[-1].id)):
        trust.set_preinstalled(root.id, True)
    for anchor in anchors:
        if anchor.deployed_at is not None:
            trust.deploy(root.id, platforms=anchor.platforms, antivirus=anchor.antivirus_at is not None)
    trust.assume(root.id, max(anchor.up_to_device for anchor in anchors))


def _issue(old: x509.Certificate, key: PrivateKey, signer: _Signer, validity: Validity) -> x509.Certificate:
    """Signed by the signer, or by its own key if there is none."""
    signing_key = signer.key or key
    builder = (
        x509.CertificateBuilder()
        .subject_name(old.subject)
        .issuer_name(signer.chain[0].subject if signer.chain else old.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(validity.not_before)
        .not_valid_after(validity.not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    for value, critical in _extensions(old, signer):
        builder = builder.add_extension(value, critical)
    return builder.sign(signing_key, None if isinstance(signing_key, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def _extensions(old: x509.Certificate, signer: _Signer) -> Iterator[tuple[x509.ExtensionType, bool]]:
    """Those of a certificate like it, but for the identifier of its key."""
    if signer.chain:
        yield _identifier_of(signer.chain[0]), False
    for extension in old.extensions:
        if not isinstance(extension.value, (*_OWN, *_OF_THE_ISSUER)):
            yield extension.value, extension.critical


def _identifier_of(signer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    try:
        own = signer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())  # type: ignore[arg-type]  # a CA has a key that signs
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)
