"""The use cases of the inventory: import, replace, describe, delete, export, read. Each is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from msgspec.structs import replace

from ..certificates.facts import parse_certificate
from ..errors import Refusal
from ..model.certificate import Certificate, UseAs, is_root
from ..model.events import CertificateDeleted, CertificateImported, CertificateReplaced, CertificateUseChanged, Doubted
from ..use_cases import Context, UseCases
from ..vault.secret_kind import SecretKind
from .certificate_table import Entries
from .chain_ends import broken_chain, incomplete_at
from .deletion import why_kept
from .entry_users import EntryUsers
from .exporting import encrypted_key_pem, export_entry, to_pem
from .intake import Intake
from .loading import LoadedChain, load
from .replacement import refuse_replacement, replacement_notes
from .requests import SigningRequests
from .sources import (
    CertificateSource,
    ExportFormat,
    ImportResult,
    KeystoreSource,
    OnConflict,
    PaperSource,
    ReplaceResult,
    Source,
)
from .verify import ChainFiles, Verification, verify_chain

NAMESAKES = 50  # hundreds may have the same name ("localhost")
BATCH = 50  # files per transaction when many are imported

# Named here because the classes below have a method called ``list``.
Certificates = list[Certificate]
Verifications = list[Verification]


class Inventory(UseCases):
    """The certificates of a workspace. ``users_of`` tells the users of an entry."""

    def __init__(self, context: Context, *, requests: SigningRequests, users_of: EntryUsers) -> None:
        super().__init__(context)
        self._entries = Entries(self._database)
        self._requests = requests
        self._users_of = users_of
        self._intake = Intake(context, self._entries, requests=requests, delete=self._delete_for_twin)

    # Reading

    def list(self) -> Certificates:
        """All entries, by id."""
        with self._database.lock:
            return self._entries.all()

    def get(self, id: int) -> Certificate:
        """One entry; refuses with ``not-found``."""
        return self._entries.get(id)

    def chain(self, id: int) -> Certificates:
        """The entry and its issuers, leaf first, as far as the inventory has them."""
        with self._database.moment():
            return self._entries.chain(id)

    def issued(self, id: int) -> Certificates:
        """The entries that this one issued."""
        return self._entries.issued_by(id)

    def verify(self, ids: Iterable[int] | None = None) -> Verifications:
        """Whether the chain of each entry, or of some, is complete and valid now, with the problems.

        Refuses with ``not-found``. ``Verdicts`` adds what follows from their use.
        """
        now = self._clock.now()
        with self._database.moment():
            chains = [self.chain(id) for id in ([entry.id for entry in self.list()] if ids is None else ids)]
            named = {top.id: self._namesakes(top) for top in {chain[-1].id: chain[-1] for chain in chains}.values()}
            wanted = {link.id for links in (*chains, *named.values()) for link in links}
            files = {id: self._entries.der(id) for id in wanted}
        parsed = {id: parse_certificate(der) for id, der in files.items()}
        return [
            verify_chain(
                chain,
                ChainFiles([parsed[link.id] for link in chain], [(one, parsed[one.id]) for one in named[chain[-1].id]]),
                now,
            )
            for chain in chains
        ]

    def _namesakes(self, top: Certificate) -> Certificates:
        """The entries with the name of the issuer of an entry that has none and is no root."""
        if top.issuer_id is not None or is_root(top):
            return []
        return [entry for entry in self._entries.named(top.issuer_name_sha256) if entry.id != top.id][:NAMESAKES]

    # Changing

    def import_from(
        self,
        source: Source,
        *,
        use_as: UseAs | None = None,
        description: str = "",
        on_conflict: OnConflict = OnConflict.FAIL,
    ) -> ImportResult:
        """Import a chain; every certificate in it gets an entry or is linked to its existing one.

        ``use_as`` and ``description`` go to the leaf (CA certificates of the chain become ``server``); None takes the
        values of its signing request, or ``server``.
        """
        loaded = self._load(source)
        with self._database.transaction():
            return self._take_in(loaded, use_as, description, on_conflict)

    def import_all(
        self,
        sources: Iterable[CertificateSource | KeystoreSource],
        *,
        use_as: UseAs | None = None,
        description: str = "",
        on_conflict: OnConflict = OnConflict.FAIL,
    ) -> Iterator[ImportResult | Refusal]:
        """Import many files independently; yields the result or the refusal of each, in order.

        They are committed in batches; yielded results are durable.
        """
        remaining = iter(sources)
        while batch := list(islice(remaining, BATCH)):
            outcomes: list[ImportResult | Refusal] = []
            now = self._clock.now()
            loaded = [_load_or_refuse(source, now) for source in batch]
            with self._database.transaction():
                for chain in loaded:
                    try:
                        if isinstance(chain, Refusal):
                            raise chain
                        with self._database.attempt():
                            outcomes.append(self._take_in(chain, use_as, description, on_conflict))
                    except Refusal as refusal:
                        outcomes.append(refusal)
            yield from outcomes

    def replace(
        self,
        id: int,
        source: Source,
        *,
        description: str | None = None,
        on_conflict: OnConflict = OnConflict.FAIL,
    ) -> ReplaceResult:
        """Replace an entry by a certificate with a new key: the old one stays, marked replaced.

        ``description`` None keeps the old one's. ``on_conflict`` applies to the new chain's CAs.
        """
        old = self._entries.get(id)
        loaded = self._load(source)
        leaf = loaded.chain[0].facts
        with self._database.transaction():
            old = self._entries.get(id)
            known = self._entries.by_public_key(leaf.public_key_sha256)
            if known is not None and not _same(known, leaf):
                known = None
            has_key = (
                loaded.private_key is not None
                or (known is not None and known.has_private_key)
                or SecretKind.PRIVATE_KEY in self._vault.kinds(leaf.public_key_sha256)
            )
            refuse_replacement(old, leaf, has_key)
            if known is not None and known.replaced_by is not None:
                raise Refusal(
                    "certificate-replaced",
                    f"that certificate is entry {known.id}, which has itself been replaced by {known.replaced_by}",
                )
            was_complete = incomplete_at(self._entries, id) is None
            result = self._intake.take_in(
                loaded, old.use_as, old.description if description is None else description, on_conflict
            )
            new = next(entry for entry in (*result.imported, *result.linked) if _same(entry, leaf))
            old = self._entries.change(self._entries.get(id), replaced_by=new.id)  # its issuer may have been imported
            self._log("replace", old, f"replaced by certificate {new.id} ({new.name})")
            answer = self._tell(CertificateReplaced(old, new))
            broken = broken_chain(self._entries, new.id) if was_complete else ()
            notes = (*replacement_notes(old, leaf, self._clock.now()), *broken, *answer.notes)
            self._tell(Doubted((*result.to_know, *notes)))
        return ReplaceResult(old=old, new=new, result=result, switched=answer.switched, notes=notes)

    def _load(self, source: Source) -> LoadedChain:
        assert self._context.on_paper or not isinstance(source, PaperSource)  # nobody checks its signatures
        return load(source, self._clock.now())

    def describe(self, id: int, text: str) -> Certificate:
        """Set an entry's description; an empty one clears it."""
        if len(text) > 1000:
            raise Refusal("description-too-long", "a description has at most 1,000 characters")
        with self._database.transaction():
            entry = self._entries.change(self._entries.get(id), description=text.strip())
            self._log("describe", entry, f"described as {entry.description!r}")
        return entry

    def set_use_as(self, id: int, use_as: UseAs) -> Certificate:
        """Change the use of an entry, with the effects of an import with this use.

        Refuses with ``certificate-replaced``, ``use-as-invalid`` for ``device``, and ``apns`` as the need of push does:
        ``no-private-key``, ``push-topic-missing``.
        """
        if use_as is UseAs.DEVICE:
            raise Refusal(
                "use-as-invalid", "device certificates are not in the inventory", "`certfleet bulk import` takes them."
            )
        with self._database.transaction():
            before = self._entries.get(id)
            if before.replaced_by is not None:
                raise Refusal(
                    "certificate-replaced",
                    f"certificate {id} ({before.name}) has been replaced by {before.replaced_by}",
                    f"Change the use of {before.replaced_by}.",
                )
            if before.use_as is use_as:
                return before
            entry = self._entries.change(before, use_as=use_as)
            self._log("use-as", entry, f"used as {use_as} from now on, in place of {before.use_as}")
            self._tell(CertificateUseChanged(entry))
        return entry

    def can_delete(self, id: int) -> Refusal | None:
        """Why an entry can't be deleted; None if it can."""
        return why_kept(self._entries, self._entries.get(id), self._users_of)

    def delete(self, id: int) -> Certificate:
        """Delete an entry with its private key and password; refuses with the reason of ``can_delete``."""
        with self._database.transaction():
            entry = self._entries.get(id)
            if refusal := self.can_delete(id):
                raise refusal
            self._remove(entry)
        return entry

    def put_back(self, entry: Certificate, der: bytes, issued: Iterable[int] = ()) -> Certificate:
        """Put an entry without a private key back that was deleted, under its own id; ``issued`` are the entries that
        chained to it. Refuses with ``same-key`` if its public key has come back otherwise."""
        with self._database.transaction():
            if twin := self._entries.by_public_key(entry.public_key_sha256):
                raise Refusal("same-key", f"certificate {twin.id} ({twin.name}) has the same public key")
            if entry.issuer_id is not None and self._entries.peek(entry.issuer_id) is None:
                entry = replace(entry, issuer_id=None)
            entry = replace(entry, has_private_key=False)  # a key that was deleted is gone
            self._entries.take_in([(entry, der)])
            for id in issued:
                child = self._entries.peek(id)
                if child is not None and child.issuer_id is None:
                    self._entries.change(child, issuer_id=entry.id)
                    self._log("link", child, f"its issuer is certificate {entry.id} again")
            self._log("put-back", entry, f"{entry.name} put back, serial number {entry.serial_number}")
        return entry

    def export(self, id: int, format: ExportFormat, *, password: str | None = None, legacy: bool = False) -> bytes:
        """An entry as a file. PKCS #12 includes the chain and the private key and needs a password.

        ``legacy`` writes PKCS #12 with 3DES and SHA-1 for old readers. An export of a private key leaves an audit line.
        """
        with self._database.moment():
            entry = self._entries.get(id)
            chain = [self._entries.der(link.id) for link in self.chain(id)]
            key = None
            if format is ExportFormat.PKCS12 and entry.has_private_key:
                key = self._vault.get(SecretKind.PRIVATE_KEY, entry.public_key_sha256)
        data = export_entry(entry, chain, key, format, password=password, legacy=legacy)
        if key is not None:
            with self._database.transaction():
                self._log("export-key", entry, "exported with its private key, as PKCS #12")
        return data

    def export_pem(self, id: int, *, password: str | None = None) -> bytes:
        """An entry as PEM. With a password its private key comes first, encrypted under it (PKCS #8); that leaves an
        audit line. Refuses with ``no-private-key``."""
        with self._database.moment():
            entry, der = self._entries.get(id), self._entries.der(id)
            key = None
            if password is not None and entry.has_private_key:
                key = self._vault.get(SecretKind.PRIVATE_KEY, entry.public_key_sha256)
        if password is None:
            return to_pem(der)
        if key is None:
            raise Refusal("no-private-key", f"no private key is kept for certificate {id} ({entry.name})")
        with self._database.transaction():
            self._log("export-key", entry, "exported with its private key, as PEM")
        return encrypted_key_pem(key, der, password) + to_pem(der)

    def reveal_password(self, id: int) -> str:
        """The password of the keystore that an entry came in. Leaves an audit line; callers ask for confirmation
        first."""
        with self._database.transaction():
            entry = self._entries.get(id)
            secret = self._vault.get(SecretKind.KEYSTORE_PASSWORD, entry.public_key_sha256)
            if secret is None:
                raise Refusal(
                    "no-password",
                    f"no password is kept for certificate {id}",
                    "Passwords are kept for entries that were imported from a keystore.",
                )
            self._log("reveal-password", entry, "keystore password shown")
        return secret.decode()

    def _take_in(
        self, loaded: LoadedChain, use_as: UseAs | None, description: str, on_conflict: OnConflict
    ) -> ImportResult:
        result = self._intake.take_in(loaded, use_as, description, on_conflict)
        for entry in result.imported:
            self._tell(CertificateImported(entry))
        self._tell(Doubted(result.to_know))
        return result

    def _delete_for_twin(self, entry: Certificate) -> None:
        if refusal := self.can_delete(entry.id):
            raise refusal
        self._remove(entry)

    def _remove(self, entry: Certificate) -> None:
        self._entries.remove(entry.id)
        self._vault.drop(entry.public_key_sha256)
        self._requests.forget_completed_by(entry.id)
        self._tell(CertificateDeleted(entry))
        for child in self._entries.issued_by(entry.id):
            self._entries.change(child, issuer_id=None)
            self._log("link", child, "its issuer is no longer in the inventory")
        self._log("delete", entry, f"{entry.name} deleted, serial number {entry.serial_number}")

    def _log(self, action: str, entry: Certificate, summary: str) -> None:
        self._audit.record(f"certificate.{action}", f"certificate:{entry.id}", summary)


def _load_or_refuse(source: CertificateSource | KeystoreSource, now: datetime) -> LoadedChain | Refusal:
    try:
        return load(source, now)
    except Refusal as refusal:
        return refusal


def _same(entry: Certificate, facts: Any) -> bool:
    return bool(entry.fingerprint_sha256 == facts.fingerprint_sha256)
