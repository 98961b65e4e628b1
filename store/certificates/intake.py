"""Taking a chain in: entries, links, the key in the vault, the answered request, the audit lines."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from ..audit import AuditTrail
from ..clock import Clock
from ..errors import Refusal
from ..model.audit import Actor
from ..model.certificate import Certificate, UseAs
from ..vault import SecretKind, Vault
from .importing import Action, Step, new_entry, overwrite, plan_import
from .issuers import adopt, find_issuer
from .loading import LoadedChain
from .records import Entries
from .requests import SigningRequests
from .sources import ImportResult, OnConflict


class Intake:
    """Writes loaded chains into the inventory. ``delete`` takes out an entry that a conflict dooms."""

    def __init__(
        self,
        entries: Entries,
        *,
        vault: Vault,
        audit: AuditTrail,
        clock: Clock,
        actor: Actor,
        requests: SigningRequests,
        delete: Callable[[Certificate], None],
    ) -> None:
        self._entries = entries
        self._vault = vault
        self._audit = audit
        self._clock = clock
        self._actor = actor
        self._requests = requests
        self._delete = delete

    def take_in(
        self, loaded: LoadedChain, use_as: UseAs | None, description: str, on_conflict: OnConflict
    ) -> ImportResult:
        """Write a chain, inside a transaction; each certificate of it gets an entry or is linked to its own.

        Refuses with ``apns-needs-key`` an APNs certificate without its key, and as ``plan_import`` does.
        """
        leaf = loaded.chain[0].facts
        request = self._requests.waiting_for(leaf.public_key_sha256)
        use_as = use_as or (request.use_as if request else UseAs.SERVER)
        if use_as is UseAs.APNS and loaded.private_key is None and request is None:
            raise Refusal(
                "apns-needs-key",
                "an APNs certificate is of use only with its private key",
                "Import the keystore (.p12) that holds both, or the answer to a request made here.",
            )
        steps = plan_import(loaded.chain, self._entries, on_conflict)
        deleted = [step.existing for step in steps if step.action is Action.DELETE_AND_ADD and step.existing]
        for entry in deleted:
            self._delete(entry)
        self._keep_secrets(loaded, steps[0])
        written = self._write(loaded, steps, use_as, description or (request.description if request else ""))
        if request is not None:
            self._requests.complete(request, written[0].id)
        notes = list(loaded.notes)
        if steps[0].action is Action.LINK:
            notes.append(f"{written[0].name} is already in the inventory as certificate {written[0].id}")
        linked = [entry for step, entry in zip(steps, written, strict=True) if step.action is Action.LINK]
        return ImportResult(
            imported=tuple(entry for entry in written if entry not in linked),
            linked=tuple(linked),
            deleted=tuple(deleted),
            also_in_file=loaded.also_in_file,
            notes=tuple(notes),
        )

    def _write(self, loaded: LoadedChain, steps: list[Step], use_as: UseAs, description: str) -> list[Certificate]:
        """Write a planned chain; the answer is its entries, leaf first."""
        now, next_id = self._clock.now(), self._entries.next_id()
        ids = []
        for step in steps:
            if step.existing is not None and step.action is not Action.DELETE_AND_ADD:
                ids.append(step.existing.id)
            else:
                ids.append(next_id)
                next_id += 1
        written: list[Certificate] = []
        added: list[tuple[Certificate, bytes]] = []
        for position, (step, id) in enumerate(zip(steps, ids, strict=True)):
            certificate, is_leaf = step.certificate, position == 0
            if position + 1 < len(ids):
                issuer_id: int | None = ids[position + 1]
            elif step.action is Action.LINK and step.existing is not None:
                issuer_id = step.existing.issuer_id
            else:
                issuer_id = find_issuer(certificate, self._entries, id)
            if step.existing is None or step.action is Action.DELETE_AND_ADD:
                entry = new_entry(
                    certificate.facts,
                    id=id,
                    use_as=use_as if is_leaf else UseAs.SERVER,
                    source=loaded.source,
                    imported_at=now,
                    imported_by=self._actor.user,
                )
            elif step.action is Action.OVERWRITE:
                entry = overwrite(
                    step.existing,
                    certificate.facts,
                    source=loaded.source,
                    imported_at=now,
                    imported_by=self._actor.user,
                )
            else:
                entry = step.existing
            entry = replace(entry, issuer_id=issuer_id)
            if is_leaf:
                entry = self._with_leaf_details(entry, loaded, step, description)
            if step.existing is None or step.action is Action.DELETE_AND_ADD:
                added.append((entry, certificate.der))
            elif entry != step.existing:
                self._entries.put(entry, None if step.action is Action.LINK else certificate.der)
            written.append(entry)
            self._log_step(step, entry, loaded, written[0])
        self._entries.add(added)
        for step, entry in zip(steps, written, strict=True):
            if step.action is not Action.LINK and entry.is_ca:
                for child in adopt(entry, self._entries):
                    self._log("link", child, _link_summary(child))
        return written

    def _with_leaf_details(self, entry: Certificate, loaded: LoadedChain, step: Step, description: str) -> Certificate:
        entry = replace(
            entry,
            has_private_key=self._vault.has(SecretKind.PRIVATE_KEY, entry.public_key_sha256),
            has_password=self._vault.has(SecretKind.KEYSTORE_PASSWORD, entry.public_key_sha256),
        )
        if step.action is Action.LINK:
            return entry
        return replace(entry, alias=loaded.alias, description=description.strip() or entry.description)

    def _keep_secrets(self, loaded: LoadedChain, leaf: Step) -> None:
        """Keep the leaf's key and password, unless the inventory holds this very certificate with its own."""
        sha256 = leaf.certificate.facts.public_key_sha256
        keep = {
            SecretKind.PRIVATE_KEY: loaded.private_key,
            SecretKind.KEYSTORE_PASSWORD: loaded.password.encode() if loaded.password is not None else None,
        }
        for kind, secret in keep.items():
            if secret is not None and not (leaf.action is Action.LINK and self._vault.has(kind, sha256)):
                self._vault.put(kind, sha256, secret)

    def _log_step(self, step: Step, entry: Certificate, loaded: LoadedChain, leaf: Certificate) -> None:
        origin = loaded.source or "data"
        if step.action is Action.LINK:
            if entry != step.existing:
                self._log("complete", entry, f"completed from {origin}")
        elif step.action is Action.OVERWRITE:
            self._log("overwrite", entry, f"replaced in place by {origin}: another certificate of the same key")
        elif entry is leaf:
            key = "with" if entry.has_private_key else "without"
            self._log("import", entry, f"{entry.name} imported from {origin} as {entry.use_as}, {key} private key")
        else:
            self._log("import", entry, f"{entry.name} imported from {origin} with the chain of {leaf.id}")

    def _log(self, action: str, entry: Certificate, summary: str) -> None:
        self._audit.record(f"certificate.{action}", f"certificate:{entry.id}", summary)


def _link_summary(child: Certificate) -> str:
    if child.issuer_id is None:
        return "its issuer is no longer in the inventory"
    return f"its issuer came in as certificate {child.issuer_id}"
