"""The CAs of the simulated push service and the simulated MDM vendor, created on first use."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from ..authorities.groups import REACHES_BACK
from ..authorities.issued import facts_of
from ..errors import Refusal
from ..model.push import PushAuthority, PushRole
from ..persistence.records import RecordTable
from ..use_cases import Context, UseCases
from ..vault.secret_kind import SecretKind
from .issuing import (
    LIFETIME,
    PushSigner,
    issue_push_certificate,
    issue_push_certificate_on_paper,
    issuer_role,
    new_generation,
    new_generation_on_paper,
)
from .requests import SignedRequest, Vendor, check_vendor

Generation = dict[PushRole, PushAuthority]


class PushIssuer(NamedTuple):
    """The CA that issues push certificates; without its key (``signer``) it issues them on paper."""

    authority: PushAuthority
    certificate: x509.Certificate
    signer: PushSigner | None

    def issue(self, public_key: rsa.RSAPublicKey | None, subject: x509.Name, now: datetime) -> bytes:
        """A push certificate (DER) over a request's public key, which one on paper doesn't need."""
        if self.signer is None:
            return issue_push_certificate_on_paper(self.certificate, subject, now)
        assert public_key is not None
        return issue_push_certificate(self.signer, public_key, subject, now)


class PushAuthorities(UseCases):
    """The push service's root CA, its CAs for push and vendor certificates, and one vendor."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._table = RecordTable(self._database.table("push_authorities"), PushAuthority)

    def all(self) -> list[PushAuthority]:
        """Every record, by id."""
        return self._table.all()

    def current(self) -> Generation:
        """The current generation, by role; created now if none is valid for the coming year."""
        found = self._find(self._clock.now())
        if found is None and self._context.on_paper:
            with self._database.transaction():
                found = self._make_on_paper(self._clock.now())
        if found is None:
            # Before the transaction, so that nobody has to wait for key generation.
            keys = {role: rsa.generate_private_key(65537, 2048) for role in PushRole}
            self._vault.unlock()
            with self._database.transaction():
                now = self._clock.now()
                found = self._find(now) or self._make(keys, now)
        return found

    def issuer(self) -> PushIssuer:
        """The CA that issues push certificates."""
        authority = self.current()[PushRole.PUSH]
        if self._context.on_paper:
            return PushIssuer(authority, x509.load_der_x509_certificate(base64.b64decode(authority.der)), None)
        signer = self._signer(authority)
        return PushIssuer(authority, signer.certificate, signer)

    def vendor(self) -> Vendor:
        """The simulated MDM vendor's credential."""
        authority = self.current()[PushRole.VENDOR]
        return Vendor(self._signer(authority), tuple(self.chain(authority.id)[1:]))

    def chain(self, id: int) -> list[bytes]:
        """The certificate of this id and its issuers up to the root, as DER."""
        authorities = self.all()
        links = [authority for authority in authorities if authority.id == id]
        while links and links[-1].role is not PushRole.ROOT:
            above = (issuer_role(links[-1].role), links[-1].generation)
            links += [authority for authority in authorities if (authority.role, authority.generation) == above]
        if not links:
            raise Refusal("workspace-damaged", f"the push authority {id} is missing", "Run a workspace check.")
        return [base64.b64decode(link.der) for link in links]

    def check(self, request: SignedRequest) -> None:
        """Refuse a request by an unknown vendor; see ``check_vendor``."""
        known: dict[PushRole, set[str]] = {role: set() for role in PushRole}
        for authority in self.all():
            known[authority.role].add(authority.fingerprint_sha256)
        check_vendor(request, known[PushRole.ROOT], known[PushRole.DEVELOPER], self._clock.now())

    def _find(self, now: datetime) -> Generation | None:
        """The newest complete generation that is valid now and for certificates issued now."""
        generations: dict[int, Generation] = {}
        for authority in self.all():
            if authority.not_before <= now and now + LIFETIME <= authority.not_after:
                generations.setdefault(authority.generation, {})[authority.role] = authority
        whole = [number for number, found in generations.items() if len(found) == len(PushRole)]
        return generations[max(whole)] if whole else None

    def _make(self, keys: Mapping[PushRole, rsa.RSAPrivateKey], now: datetime) -> Generation:
        """Create and store a generation, inside a transaction."""
        number = self._next_generation()
        made = new_generation(keys, number, _start(now))
        for signer in made.values():
            public_key = facts_of(signer.certificate).public_key_sha256
            self._vault.put(SecretKind.AUTHORITY_KEY, public_key, signer.key_der)
        found = {role: self._keep(number, role, signer.certificate) for role, signer in made.items()}
        self._audit.record(
            "push.provision",
            f"push-authority:{found[PushRole.ROOT].id}",
            "simulated push service and MDM vendor made",
        )
        return found

    def _make_on_paper(self, now: datetime) -> Generation:
        number = self._next_generation()
        made = new_generation_on_paper(number, _start(now))
        return {role: self._keep(number, role, certificate) for role, certificate in made.items()}

    def _next_generation(self) -> int:
        return max((authority.generation for authority in self.all()), default=0) + 1

    def _keep(self, generation: int, role: PushRole, certificate: x509.Certificate) -> PushAuthority:
        facts = facts_of(certificate)
        authority = PushAuthority(
            id=0,
            generation=generation,
            role=role,
            subject=certificate.subject.rfc4514_string(),
            **facts.on_record(certificate),
            der=base64.b64encode(facts.der).decode("ascii"),
        )
        return self._table.add(authority)

    def _signer(self, authority: PushAuthority) -> PushSigner:
        key = self._vault.get(SecretKind.AUTHORITY_KEY, authority.public_key_sha256)
        if key is None:
            raise Refusal("workspace-damaged", f"the private key of {authority.subject} is missing")
        return PushSigner.load(base64.b64decode(authority.der), key)


def _start(now: datetime) -> datetime:
    """Backdated like CA groups, because a virtual clock may be set to an earlier day."""
    return now.replace(microsecond=0) - REACHES_BACK
