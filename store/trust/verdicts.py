"""The verdict on each chain: path validation, the purpose for its use, the name of a host, and who trusts it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec.structs import asdict

from ..certificates.public_roots import is_publicly_trusted
from ..components.components import Components
from ..components.fitting import CertificatePurpose
from ..inventory.certificate_table import Entries
from ..inventory.host_names import host_problem, read_host
from ..inventory.inventory import Inventory
from ..inventory.verify import ChainProblem, VerdictPart, Verification
from ..model.certificate import Certificate, UseAs, is_root
from ..model.component import Component
from ..model.trust import TrustAnchor
from ..use_cases import Context, UseCases
from .purposes import misfits, purposes_of
from .trust import Trust

FOR_HOSTS = (UseAs.SERVER, UseAs.SSL_LISTENER)


class ChainTrust(StrEnum):
    """Who trusts a chain.

    ``PUBLIC``: it ends at a root of Mozilla's list. ``DEPLOYED``: devices have one of its certificates, deployed or
    preinstalled. ``PRIVATE``: it ends at another root. ``UNKNOWN``: it doesn't reach a root.
    """

    PUBLIC = "public"
    DEPLOYED = "deployed"
    PRIVATE = "private"
    UNKNOWN = "unknown"


class ChainVerdict(Verification, frozen=True, kw_only=True):
    """A verification with what follows from the use: ``purposes`` and ``host`` are what was asked."""

    trust: ChainTrust
    purposes: tuple[CertificatePurpose, ...]
    host: str | None = None


class Verdicts(UseCases):
    """The verdicts on the chains of the inventory."""

    def __init__(self, context: Context, *, inventory: Inventory, components: Components, trust: Trust) -> None:
        super().__init__(context)
        self._entries = Entries(self._database)
        self._inventory, self._components, self._trust = inventory, components, trust

    def of(self, ids: Iterable[int] | None = None, *, host: str | None = None) -> list[ChainVerdict]:
        """The verdicts on all entries, or on some. ``host``: also judge whether they are for a host; without ids, of
        the entries that servers present and that weren't replaced.

        Refuses with ``not-found`` or ``host-invalid``.
        """
        wanted = None if host is None else read_host(host)
        with self._database.moment():
            if wanted is not None and ids is None:
                ids = [entry.id for entry in self._inventory.list() if _is_for_hosts(entry)]
            components, anchors = self._components.list(), {anchor.id: anchor for anchor in self._trust.list()}
            return [self._verdict(one, components, anchors, wanted) for one in self._inventory.verify(ids)]

    def _verdict(
        self,
        verification: Verification,
        components: Iterable[Component],
        anchors: Mapping[int, TrustAnchor],
        host: str | None,
    ) -> ChainVerdict:
        chain = [self._entries.get(id) for id in verification.chain]
        problems, judged = list(verification.problems), list(verification.judged)
        purposes = purposes_of(chain[0], self._users(chain[0], components))
        if purposes:
            judged.append(VerdictPart.PURPOSE)
        for entry, said in dict.fromkeys(one for purpose in purposes for one in misfits(purpose, chain)):
            problems.append(ChainProblem("wrong-purpose", entry.id, said, VerdictPart.PURPOSE))
        if host is not None:
            judged.append(VerdictPart.NAME)
            if (why := host_problem(chain[0], host)) is not None:
                said = f"{chain[0].name} {why}"
                problems.append(ChainProblem("host-not-named", chain[0].id, said, VerdictPart.NAME))
        return ChainVerdict(
            **{**asdict(verification), "problems": tuple(problems), "judged": tuple(judged)},
            trust=self._trust_of(chain, anchors),
            purposes=purposes,
            host=None if host is None else host.partition(":")[2],
        )

    def _users(self, entry: Certificate, components: Iterable[Component]) -> list[Component]:
        """The components that use an entry, or the one that took its place."""
        ids, following = {entry.id}, entry.replaced_by
        while following is not None and following not in ids:
            ids.add(following)
            following = self._entries.get(following).replaced_by
        return [one for one in components if one.certificate_id in ids or one.still_serves in ids]

    def _trust_of(self, chain: Sequence[Certificate], anchors: Mapping[int, TrustAnchor]) -> ChainTrust:
        top = chain[-1]
        if is_publicly_trusted(self._entries.parsed(top.id)):
            return ChainTrust.PUBLIC
        known = (anchor for link in chain if (anchor := anchors.get(link.id)) is not None)
        if any(one.preinstalled or one.deployed_at is not None or one.up_to_device for one in known):
            return ChainTrust.DEPLOYED
        return ChainTrust.PRIVATE if top.issuer_id is None and is_root(top) else ChainTrust.UNKNOWN


def _is_for_hosts(entry: Certificate) -> bool:
    return entry.use_as in FOR_HOSTS and entry.replaced_by is None and (not entry.is_ca or entry.has_private_key)
