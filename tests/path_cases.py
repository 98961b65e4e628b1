"""Chains whose verdict others have settled: x509-limbo's cases, and NIST's PKITS from ``cryptography_vectors``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from ssl import DER_cert_to_PEM_cert

import cryptography_vectors

from certfleet.store.certificates.chains import CertificatePool
from certfleet.store.certificates.facts import ParsedCertificate, parse_certificate
from certfleet.store.certificates.reading import read_certificates
from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource, OnConflict
from certfleet.store.inventory.verify import Verdict
from certfleet.store.model.certificate import UseAs
from certfleet.store.views.verdict import reasons
from certfleet.store.workspace import Workspace

LIMBO = Path(__file__).parent / "cases" / "path-validation" / "x509-limbo.json"
PKITS = Path(cryptography_vectors.__file__).parent / "x509" / "PKITS_data" / "certs"
PKITS_AT = datetime(2020, 1, 1, tzinfo=UTC)

_WEB = "a rule of the web's CAs and browsers, not of RFC 5280's path validation"
_DUTY = "RFC 5280 section 4 asks it of CAs; path validation (section 6) doesn't refuse it"
_REVOCATION = "revocation is not looked at"
_DEPTH = "there is no setting for the longest chain"
_OTHER_CHAIN = (
    "one chain is judged, the inventory's; another one would be good, over a second certificate of a CA's key"
)
_LIMBO_BEYOND = {
    "crl::revoked-certificate-with-crl": _REVOCATION,
    "crl::crlnumber-critical": _REVOCATION,
    "pathlen::max-chain-depth-0-exhausted": _DEPTH,
    "pathlen::max-chain-depth-1-exhausted": _DEPTH,
    "rfc5280::aki::intermediate-missing-aki": _DUTY,
    "rfc5280::ski::intermediate-missing-ski": _DUTY,
    "rfc5280::nc::not-allowed-in-ee-noncritical": _DUTY,
    "rfc5280::san::noncritical-with-empty-subject": _DUTY,
    "rfc5280::leaf-ku-keycertsign": _DUTY,
    "webpki::aki::root-with-aki-missing-keyidentifier": _WEB,
    "webpki::aki::root-with-aki-authoritycertserialnumber": _WEB,
    "webpki::cn::ipv4-leading-zeros-mismatch": _WEB,
    "webpki::cn::ipv6-uncompressed-mismatch": _WEB,
    "webpki::cn::punycode-not-in-san": _WEB,
    "webpki::cn::not-in-san": _WEB,
    "webpki::eku::ee-anyeku": _WEB,
    "webpki::eku::ee-without-eku": _WEB,
    "webpki::san::public-suffix-wildcard-san": _WEB,
    "webpki::san::public-suffix-private-namespace-wildcard-san": _WEB,
    "webpki::san::san-critical-with-nonempty-subject": _WEB,
    "webpki::forbidden-p192-leaf": _WEB,
    "webpki::forbidden-dsa-leaf": _WEB,
    "webpki::forbidden-weak-rsa-in-leaf": _WEB,
    "webpki::forbidden-rsa-key-not-divisible-by-8-in-leaf": _WEB,
    "webpki::ee-basicconstraints-ca": _WEB,
    "rfc5280::nc::nc-forbids-same-chain-ica": _OTHER_CHAIN,
    "cve::cve-2024-0567": _OTHER_CHAIN,
}
"""Why a case is beyond what is judged, where the verdict says nothing of it."""

# The tests that fail by revocation alone; certfleet looks at no revocation list when it judges a chain.
_BY_REVOCATION = re.compile(
    r"CRL|Revoked|deltaCRL|distributionPoint|onlyContains|onlySomeReasons|cRL(Issuer|Sign)|InvalidNegativeSerialNumber|InvalidLongSerialNumber"
    r"|InvalidBasicSelfIssuedNewWithOld|InvalidBasicSelfIssuedOldWithNew|InvalidSeparateCertificate"
)
_INVALID_POLICIES = re.compile(r"DifferentPoliciesTest(4|5|7|8|9|12)EE")
_GROUPS = (
    ("certificate policies", r"Polic|AnyPolicy|anyPolicy|Qualifier|Mapping"),
    (
        "revocation",
        r"CRL|Revoked|distributionPoint|onlyContains|onlySome|cRL(Issuer|Sign)|SerialNumber|SeparateCertificate",
    ),
    ("name constraints", r"nameConstraints"),
    ("path length", r"pathLen"),
    ("critical extensions", r"CertificateExtension"),
    ("CAs and key usage", r"basicConstraints|cAFalse|keyUsage"),
    ("validity", r"notBefore|notAfter"),
    ("names, and CAs renewed", r"Name|RFC3280|UTF8|SelfIssued"),
    ("signatures", r""),
)


@dataclass(frozen=True)
class PathCase:
    """A chain, leaf first, what else is in the inventory, and whether it must be accepted.

    ``beyond``: why a verdict may say nothing of its fault."""

    name: str
    group: str
    chain: tuple[ParsedCertificate, ...]
    beside: tuple[ParsedCertificate, ...]
    at: datetime
    good: bool
    use_as: UseAs = UseAs.SAML  # which asks for no extended key usage
    host: str | None = None
    beyond: str | None = None


@dataclass(frozen=True)
class JudgedCase:
    """What certfleet says of a case. ``verdict`` is None if it refuses to import it."""

    case: PathCase
    verdict: Verdict | None
    reasons: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """Whether it calls the chain good."""
        return self.verdict is Verdict.OK

    @property
    def outcome(self) -> str:
        """``agreed``, ``not judged`` or ``wrong``."""
        if self.accepted is self.case.good and self.verdict is not Verdict.NOT_JUDGED:
            return "agreed"
        return "not judged" if self.verdict is Verdict.NOT_JUDGED or self.case.beyond is not None else "wrong"


def limbo() -> Iterator[PathCase]:
    """The cases of x509-limbo that are about path validation."""
    for told in json.loads(LIMBO.read_text(encoding="utf-8")):
        leaf = _parsed(told["peer_certificate"])
        pool = [*map(_parsed, told["untrusted_intermediates"]), *map(_parsed, told["trusted_certs"])]
        name, time = told["id"], told["validation_time"]
        yield PathCase(
            name=name,
            group=name.rpartition("::")[0],
            chain=CertificatePool(pool).chain_for(leaf),
            beside=(),
            at=datetime.fromisoformat(time) if time else datetime(2024, 1, 1, tzinfo=UTC),
            good=told["expected_result"] == "SUCCESS",
            use_as=UseAs.SERVER if told["validation_kind"] == "SERVER" else UseAs.DEVICE,
            host=told["expected_peer_name"]["value"] if told["expected_peer_name"] else None,
            beyond=_LIMBO_BEYOND.get(name),
        )


def pkits() -> Iterator[PathCase]:
    """The tests of NIST's PKITS with its default settings: any policy, and none has to be explicit."""
    certificates = {path.stem: parse_certificate(path.read_bytes()) for path in sorted(PKITS.glob("*.crt"))}
    pool = CertificatePool(one for name, one in certificates.items() if not name.endswith("EE"))
    issuers = [one for name, one in certificates.items() if not name.endswith("EE")]
    for name, leaf in certificates.items():
        if name.endswith("EE"):
            chain = pool.chain_for(leaf)
            good = not name.startswith("Invalid") and _INVALID_POLICIES.match(name) is None
            yield PathCase(
                name=name,
                group=next(group for group, pattern in _GROUPS if re.search(pattern, name)),
                chain=chain,
                beside=_named_as_issuer(chain[-1], issuers),
                at=PKITS_AT,
                good=good,
                beyond=_REVOCATION if not good and _BY_REVOCATION.search(name) else None,
            )


def judged(cases: Sequence[PathCase]) -> list[JudgedCase]:
    """Import each case into an inventory of its own, and judge it there."""
    clock = FixedClock(PKITS_AT)
    with Workspace.open(None, clock=clock) as workspace:
        return [_judge(workspace, clock, case) for case in cases]


def _judge(workspace: Workspace, clock: FixedClock, case: PathCase) -> JudgedCase:
    clock.at = case.at
    with undone(workspace):
        try:
            for one in case.beside:
                workspace.inventory.import_from(CertificateSource(data=one.der))
            chain = b"".join(DER_cert_to_PEM_cert(one.der).encode() for one in case.chain)
            source = CertificateSource(data=chain)
            result = workspace.inventory.import_from(source, use_as=case.use_as, on_conflict=OnConflict.KEEP)
            leaf = (*result.imported, *result.linked)[0]
            found = workspace.verdicts.of([leaf.id], host=case.host)[0]
        except Refusal as refusal:
            return JudgedCase(case, None, (f"{refusal.code}: {refusal.message}",))
        return JudgedCase(case, found.verdict, tuple(reasons(found)))


class _Undone(Exception):
    """Raised to roll a transaction back."""


@contextmanager
def undone(workspace: Workspace) -> Iterator[None]:
    """Roll back what happens in the block."""
    try:
        with workspace.database.transaction():
            yield
            raise _Undone
    except _Undone:
        pass


def _named_as_issuer(last: ParsedCertificate, among: Sequence[ParsedCertificate]) -> tuple[ParsedCertificate, ...]:
    """The certificates with the name of the issuer at which a chain ends."""
    if last.facts.is_self_issued:
        return ()
    return tuple(one for one in among if one.facts.subject_name_sha256 == last.facts.issuer_name_sha256)


@cache
def _parsed(pem: str) -> ParsedCertificate:
    return read_certificates(pem.encode()).certificates[0]
