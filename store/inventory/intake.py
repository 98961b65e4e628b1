"""Writing an imported chain: entries, links, the key in the vault, the answered request, the audit lines."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from msgspec.structs import replace

from ..errors import Refusal
from ..model.certificate import Certificate, UseAs, is_root
from ..use_cases import Context, UseCases
from ..vault.secret_kind import SecretKind
from .certificate_table import Entries
from .importing import Arrival, ImportStep, IntakeAction, new_entry, not_done, overwrite, plan_import
from .issuers import adopt, disown, find_issuer
from .loading import LoadedChain
from .requests import SigningRequests
from .same_key import described
from .sources import ImportResult, OnConflict

Event = tuple[str, str, str]  # action, record, summary of an audit line


class Intake(UseCases):
    """Writes loaded chains into the inventory. ``delete`` deletes an entry to resolve a conflict."""

    def __init__(
        self,
        context: Context,
        entries: Entries,
        *,
        requests: SigningRequests,
        delete: Callable[[Certificate], None],
    ) -> None:
        super().__init__(context)
        self._entries = entries
        self._requests = requests
        self._delete = delete

    def take_in(
        self, loaded: LoadedChain, use_as: UseAs | None, description: str, on_conflict: OnConflict
    ) -> ImportResult:
        """Write a chain, inside a transaction; each certificate gets an entry or is linked to its existing one.

        Refuses an APNs certificate without its key with ``apns-needs-key``, and as ``plan_import`` does.
        """
        leaf, asked = loaded.chain[0].facts, (use_as, description)
        request = self._requests.waiting_for(leaf.public_key_sha256)
        use_as = use_as or (request.use_as if request else UseAs.SERVER)
        if use_as is UseAs.APNS and loaded.private_key is None and request is None:
            raise Refusal(
                "apns-needs-key",
                "an APNs certificate is of use only with its private key",
                "Import the keystore (.p12) that holds both, or the answer to a request made here.",
            )
        steps = plan_import(loaded.chain, self._entries, on_conflict, loaded.places)
        left_out = [step.certificate.facts for step in steps if step.action is IntakeAction.LEAVE_OUT]
        steps = [step for step in steps if step.action is not IntakeAction.LEAVE_OUT]
        chained = self._chained_through_roots(steps)
        deleted = [step.existing for step in steps if step.action is IntakeAction.DELETE_AND_ADD and step.existing]
        for entry in deleted:
            self._delete(entry)
        steps = [self._as_it_is(step) for step in steps]  # a deletion has unlinked the entry's issued certificates
        self._keep_secrets(loaded, steps[0])
        notes = loaded.notes + _lost_keys(deleted, loaded) + not_done(steps[0], *asked)
        notes += tuple(f"left out of the chain: {described(facts)}" for facts in left_out)
        written = self._write(loaded, steps, use_as, description or (request.description if request else ""))
        if request is not None:
            self._requests.complete(request, written[0].id)
        notes += self._without_root(chained)
        linked = [entry for step, entry in zip(steps, written, strict=True) if step.action.leaves]
        return ImportResult(
            imported=tuple(entry for entry in written if entry not in linked),
            linked=tuple(linked),
            deleted=tuple(deleted),
            also_in_file=loaded.also_in_file,
            notes=notes,
        )

    def _write(
        self, loaded: LoadedChain, steps: list[ImportStep], use_as: UseAs, description: str
    ) -> list[Certificate]:
        """Write a planned chain; returns its entries, leaf first."""
        ids, came = self._ids(steps), Arrival(loaded.source, self._clock.now(), self._actor.user)
        written: list[Certificate] = []
        added: list[tuple[Certificate, bytes]] = []
        events: list[Event] = []
        for position, (step, id) in enumerate(zip(steps, ids, strict=True)):
            entry = self._entry(step, id, came, UseAs.SERVER if position else use_as)
            issuer_id = ids[position + 1] if position + 1 < len(ids) else self._issuer_above(step, id)
            entry = replace(entry, issuer_id=issuer_id)
            if position == 0:
                entry = self._with_leaf_details(entry, loaded, step, description)
            if step.action.adds:
                added.append((entry, step.certificate.der))
            elif step.existing is not None and entry != step.existing:
                der = step.certificate.der if step.action is IntakeAction.OVERWRITE else None
                self._entries.write(step.existing, entry, der)
            written.append(entry)
            events += _events(step, entry, loaded, written[0])
        # Before the new entries are written: their issuers are known already.
        for step, entry in zip(steps, written, strict=True):
            changed = disown(entry, step.certificate, self._entries) if step.action is IntakeAction.OVERWRITE else []
            if not step.action.leaves and entry.is_ca:
                changed += adopt(entry, step.certificate, self._entries)
            events += [_event("link", child, _link_summary(child)) for child in changed]
        self._entries.take_in(added)
        self._audit.record_all(events)
        return written

    def _chained_through_roots(self, steps: list[ImportStep]) -> list[Certificate]:
        """The entries that chain through a root whose certificate is about to be overwritten by one that isn't."""
        return [
            entry
            for step in steps
            if step.action is IntakeAction.OVERWRITE and step.existing is not None and step.existing.is_self_issued
            if not step.certificate.facts.is_self_issued
            for entry in self._entries.chained_through(step.existing.id)
        ]

    def _without_root(self, chained: list[Certificate]) -> tuple[str, ...]:
        """Says which of these entries have an incomplete chain now."""
        lost = [entry for entry in chained if not is_root(self._entries.top(entry.id))]
        if not lost:
            return ()
        who = (
            "1 entry that chains through it has"
            if len(lost) == 1
            else f"{len(lost):,} entries that chain through it have"
        )
        names = ", ".join(f"{entry.id} ({entry.name})" for entry in lost[:5])
        return (f"{who} no root any more: {names}{' …' if len(lost) > 5 else ''}",)

    def _as_it_is(self, step: ImportStep) -> ImportStep:
        if step.existing is None or step.action.adds:
            return step
        return replace(step, existing=self._entries.get(step.existing.id))

    def _ids(self, steps: list[ImportStep]) -> list[int]:
        """The id of each step's entry: the existing one, or a new one."""
        next_id = count(self._entries.next_id())
        return [next(next_id) if step.existing is None or step.action.adds else step.existing.id for step in steps]

    def _entry(self, step: ImportStep, id: int, came: Arrival, use_as: UseAs) -> Certificate:
        if step.action.leaves and step.existing is not None:
            return step.existing
        if step.action is IntakeAction.OVERWRITE and step.existing is not None:
            return overwrite(step.existing, step.certificate.facts, came)
        return new_entry(step.certificate.facts, id=id, use_as=use_as, came=came)

    def _issuer_above(self, step: ImportStep, id: int) -> int | None:
        """The issuer of the chain's last certificate, if the inventory has it."""
        if step.action.leaves and step.existing is not None:
            return step.existing.issuer_id
        return find_issuer(step.certificate, self._entries, id)

    def _with_leaf_details(
        self, entry: Certificate, loaded: LoadedChain, step: ImportStep, description: str
    ) -> Certificate:
        kept = self._vault.kinds(entry.public_key_sha256)
        entry = replace(
            entry,
            has_private_key=SecretKind.PRIVATE_KEY in kept,
            has_password=SecretKind.KEYSTORE_PASSWORD in kept,
        )
        if step.action is IntakeAction.LINK:
            return entry
        return replace(entry, alias=loaded.alias, description=description.strip() or entry.description)

    def _keep_secrets(self, loaded: LoadedChain, leaf: ImportStep) -> None:
        """Store the leaf's key and password, unless the inventory has this same certificate with its own."""
        sha256 = leaf.certificate.facts.public_key_sha256
        brought = {
            SecretKind.PRIVATE_KEY: loaded.private_key,
            SecretKind.KEYSTORE_PASSWORD: None if loaded.password is None else loaded.password.encode(),
        }
        kept = self._vault.kinds(sha256) if leaf.action is IntakeAction.LINK else set()
        for kind, secret in brought.items():
            if secret is not None and kind not in kept:
                self._vault.put(kind, sha256, secret)


def _lost_keys(deleted: list[Certificate], loaded: LoadedChain) -> tuple[str, ...]:
    leaf = loaded.chain[0].facts.public_key_sha256
    return tuple(
        f"the private key of certificate {entry.id} ({entry.name}) was deleted with it"
        for entry in deleted
        if entry.has_private_key and (loaded.private_key is None or entry.public_key_sha256 != leaf)
    )


def _events(step: ImportStep, entry: Certificate, loaded: LoadedChain, leaf: Certificate) -> list[Event]:
    origin = loaded.source or "data"
    if step.action.leaves:
        return [] if entry == step.existing else [_event("complete", entry, f"completed from {origin}")]
    if step.action is IntakeAction.OVERWRITE:
        return [_event("overwrite", entry, f"replaced in place by {origin}: another certificate of the same key")]
    if entry is not leaf:
        return [_event("import", entry, f"{entry.name} imported from {origin} with the chain of {leaf.id}")]
    key = "with" if entry.has_private_key else "without"
    return [_event("import", entry, f"{entry.name} imported from {origin} as {entry.use_as}, {key} private key")]


def _event(action: str, entry: Certificate, summary: str) -> Event:
    return f"certificate.{action}", f"certificate:{entry.id}", summary


def _link_summary(child: Certificate) -> str:
    if child.issuer_id is None:
        return "its issuer is no longer in the inventory"
    return f"its issuer came in as certificate {child.issuer_id}"
