"""What the workspace knows when an endpoint is judged: the inventory, and what is bound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from ..devices.gate import ServedChain
from ..inventory.expiry import ExpiryRules
from ..model.certificate import Certificate, CertificateFacts
from ..model.component import Component
from ..model.endpoint import ServedCertificate


class KnownCertificates(Struct, frozen=True, kw_only=True):
    """The inventory and the components, looked up as verdicts need it. ``served`` are the certificates that endpoints
    sent, by fingerprint. ``lacking`` counts the devices that don't trust a chain; ``shown`` says whether devices are
    shown what a need uses."""

    by_id: Mapping[int, Certificate]
    by_fingerprint: Mapping[str, Certificate]
    by_key: Mapping[str, Certificate]
    by_subject: Mapping[str, list[Certificate]]
    components: tuple[Component, ...]
    served: Mapping[str, ServedCertificate]
    rules: ExpiryRules
    preinstalled: frozenset[int]
    lacking: Callable[[ServedChain], int]
    shown: Callable[[str], bool]

    def bound_to(self, need: str, name: str) -> Certificate | None:
        """The entry that is bound to a need, the new one while a follow-up is open."""
        found = (one for one in self.components if (one.need, one.name) == (need, name))
        return self.by_id.get(next((one.certificate_id or 0 for one in found), 0))

    def users_of(self, id: int) -> list[Component]:
        """The components to which an entry is bound."""
        return [one for one in self.components if one.certificate_id == id]

    def issuer_of(self, certificate: CertificateFacts) -> Certificate | None:
        """The entry that issued a certificate, by the link of its own entry, or by name and key identifier."""
        entry = self.by_fingerprint.get(certificate.fingerprint_sha256)
        if entry is not None and entry.issuer_id is not None:
            return self.by_id.get(entry.issuer_id)
        wanted = certificate.authority_key_id
        named = self.by_subject.get(certificate.issuer_name_sha256, ())
        return next((one for one in named if wanted in (None, one.subject_key_id) and one.is_ca), None)


def known_of(
    entries: Iterable[Certificate],
    components: Iterable[Component],
    served: Iterable[ServedCertificate],
    *,
    rules: ExpiryRules,
    preinstalled: Iterable[int] = (),
    lacking: Callable[[ServedChain], int] = lambda chain: 0,
    shown: Callable[[str], bool] = lambda need: False,
) -> KnownCertificates:
    """Make it. Without ``lacking`` no devices are counted."""
    by_id = {one.id: one for one in entries}
    by_subject: dict[str, list[Certificate]] = defaultdict(list)
    for one in by_id.values():
        by_subject[one.subject_name_sha256].append(one)
    return KnownCertificates(
        by_id=by_id,
        by_fingerprint={one.fingerprint_sha256: one for one in by_id.values()},
        by_key={one.public_key_sha256: one for one in by_id.values()},
        by_subject=by_subject,
        components=tuple(components),
        served={one.fingerprint_sha256: one for one in served},
        rules=rules,
        preinstalled=frozenset(preinstalled),
        lacking=lacking,
        shown=shown,
    )
