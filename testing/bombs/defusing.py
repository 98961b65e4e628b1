"""Defusing: the certificates that go off made anew with far dates, in their files, so that chains stay chains.

A certificate is signed again with its issuer's key if that is in the repository. If it isn't, the issuer gets a new key
of the same kind, and everything else that it signed is signed anew too, whatever its dates, which it keeps. What can't
be done so is left whole, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from msgspec import Struct

from ...store.certificates.facts import ParsedCertificate
from ...store.certificates.signatures import is_issued_by
from ...store.errors import Refusal, unwritable
from ...store.file_writing import write_file
from .remaking import FOREVER, key_for_signature, key_ids, key_like, next_update, remake, remake_crl, signs, spki_of
from .rewriting import rewritten
from .searching import Found, Repository, State, Unread, search, state_of

_BEYOND = timedelta(days=3650)


class Left(Struct, frozen=True, kw_only=True):
    """A certificate that stays as it is, and why."""

    certificate: Found
    why: str


class Defusing(Struct, frozen=True, kw_only=True):
    """What is to be done: new contents by path, the certificates in them that get far dates, those that are signed anew
    with the dates that they have, those that are left, and sentences on new keys. ``made``: the new DER by the old."""

    folder: Path
    until: datetime
    before: dict[str, bytes]
    files: dict[str, bytes]
    defused: list[Found]
    signed_anew: list[Found]
    left: list[Left]
    new_keys: list[str]
    made: dict[bytes, bytes]
    unread: list[Unread]


def plan(folder: Path, now: datetime, before: datetime, excepted: tuple[str, ...] = ()) -> Defusing:
    """What defusing a folder would do; nothing is written. New keys are made for it."""
    return _Plan(search(folder, excepted=excepted, keys=True), now, before).made()


def carry_out(defusing: Defusing) -> None:
    """Write the files, each whole or not at all. If one can't be written, those before it get back what they had.
    Refuses with ``file-unwritable``, also for a file that has changed since."""
    done: list[str] = []
    try:
        for path, data in defusing.files.items():
            place = defusing.folder / path
            if place.is_symlink() or place.read_bytes() != defusing.before[path]:
                raise Refusal("file-unwritable", f"{path} has changed in the meantime", "Run it again.")
            write_file(place, data, force=True)
            done.append(path)
    except (OSError, Refusal) as error:
        for path in done:
            with suppress(Refusal):
                write_file(defusing.folder / path, defusing.before[path], force=True)
        if isinstance(error, Refusal):
            raise
        raise unwritable(error.filename, error) from error


class _Impossible(Exception):
    """Why a certificate can't be made anew."""


class _Plan:
    """Decides what is made anew with what key, and makes it."""

    def __init__(self, repository: Repository, now: datetime, before: datetime) -> None:
        self._repository, self._now, self._before = repository, now, before
        self._until = max(FOREVER, before + _BEYOND)
        self._certificates = list(dict.fromkeys(one for _, one in repository.sites))
        self._issuers = {one: self._issuer_of(one) for one in self._certificates}
        self._places: dict[ParsedCertificate, list[Found]] = {}
        for found, one in repository.sites:
            self._places.setdefault(one, []).append(found)
        self._new_keys: dict[bytes, PrivateKeyTypes] = {}
        self._strangers: dict[tuple[str, str, str], PrivateKeyTypes] = {}
        self._unwritable: dict[str, str] = {}

    def made(self) -> Defusing:
        """The plan. What can't be written in a file's form is known only when it is tried; then it is planned anew."""
        while True:
            chosen, rekeyed, left = self._choose()
            made = self._make(chosen, rekeyed)
            before, files = self._files(made)
            if files is not None:
                return self._told(chosen, rekeyed, left, made, before, files)

    def _issuer_of(self, child: ParsedCertificate) -> ParsedCertificate | None:
        named = (one for one in self._certificates if one.facts.subject_name_sha256 == child.facts.issuer_name_sha256)
        for one in named:
            with suppress(Refusal):
                if is_issued_by(child, one):
                    return one
        return None

    def _goes_off(self, one: ParsedCertificate) -> list[Found]:
        return [at for at in self._places[one] if state_of(at, self._now, self._before) is State.GOES_OFF]

    def _choose(self) -> tuple[dict[ParsedCertificate, None], set[bytes], list[Left]]:
        """What is made anew, which public keys are replaced, and what is left."""
        chosen: dict[ParsedCertificate, None] = {}
        replaced: set[bytes] = set()
        left: list[Left] = []
        for seed in self._certificates:
            going = self._goes_off(seed)
            left += [Left(certificate=at, why=at.not_rewritten) for at in going if at.not_rewritten]
            if not (going := [at for at in going if not at.not_rewritten]):
                continue
            try:
                members, rekeyed = self._with_all_that_hangs_on(seed)
            except _Impossible as impossible:
                left += [Left(certificate=at, why=str(impossible)) for at in going]
                continue
            chosen |= members
            replaced |= rekeyed
        return chosen, replaced, left

    def _with_all_that_hangs_on(self, seed: ParsedCertificate) -> tuple[dict[ParsedCertificate, None], set[bytes]]:
        members, rekeyed = {seed: None}, set[bytes]()
        for one in (pending := [seed]):
            issuer = self._issuers[one]
            if issuer is not None and issuer.spki not in self._repository.keys and issuer.spki not in rekeyed:
                rekeyed.add(issuer.spki)
                for other in self._certificates:
                    above = self._issuers[other]
                    if other not in members and issuer.spki in (other.spki, above.spki if above else None):
                        members[other] = None
                        pending.append(other)
        for one in members:
            self._check(one, rekeyed)
        return members, rekeyed

    def _check(self, one: ParsedCertificate, rekeyed: set[bytes]) -> None:
        """Raise if a certificate can't be made anew."""
        issuer, places, name = self._issuers[one], self._places[one], one.facts.name
        changes_key = one.spki in rekeyed or (issuer is not None and issuer.spki in rekeyed)
        for at in places:
            if at.kept:
                raise _Impossible(f"{name} in {at.path} is kept as it is")
            if at.not_rewritten and changes_key:
                raise _Impossible(f"it would need a new key, and {name} is also in {at.path}, which isn't rewritten")
            if at.path in self._unwritable:
                raise _Impossible(f"{at.path}: {self._unwritable[at.path]}")
            if one.spki in rekeyed and (self._repository.folder / at.path).parent in self._repository.locked_in:
                raise _Impossible(
                    f"{name} would need a new key, and beside {at.path} is a private key that can't be opened"
                )
        if one.spki in rekeyed and one.spki in self._repository.locked:
            raise _Impossible(f"{name} would need a new key: its own can't be opened")
        try:
            self._remade(one, rekeyed, {})
        except (ValueError, UnicodeError) as error:
            raise _Impossible(f"{name}: {error}") from error

    def _remade(self, one: ParsedCertificate, rekeyed: set[bytes], ids: dict[bytes, bytes]) -> bytes:
        until = self._until if self._goes_off(one) else None
        spki = spki_of(self._key_instead(one)) if one.spki in rekeyed else None
        issuer = self._issuers[one]
        if issuer is None:
            signer = self._stranger(one)
        elif issuer.spki in rekeyed:
            signer = self._key_instead(issuer)
        else:
            signer = self._repository.keys[issuer.spki]
        return remake(one, signer, ids, until=until, spki=spki)

    def _key_instead(self, one: ParsedCertificate) -> PrivateKeyTypes:
        if one.spki not in self._new_keys:
            self._new_keys[one.spki] = key_like(one)
        return self._new_keys[one.spki]

    def _stranger(self, one: ParsedCertificate) -> PrivateKeyTypes:
        """A key in the place of an issuer's whose certificate isn't here."""
        who = (one.facts.issuer_name_sha256, one.facts.authority_key_id or "", one.signature.algorithm)
        if who not in self._strangers:
            self._strangers[who] = key_for_signature(one)
        return self._strangers[who]

    def _make(self, chosen: dict[ParsedCertificate, None], rekeyed: set[bytes]) -> dict[bytes, bytes]:
        ids = {old: new for spki in rekeyed for old, new in key_ids(spki, spki_of(self._new_keys[spki])).items()}
        made = {one.der: self._remade(one, rekeyed, ids) for one in chosen}
        for _, crl in self._repository.crls:
            for issuer in chosen:
                if signs(crl, issuer):
                    with suppress(ValueError, KeyError):
                        made[crl] = self._crl(crl, issuer, rekeyed, ids)
                    break
        return made

    def _crl(self, crl: bytes, issuer: ParsedCertificate, rekeyed: set[bytes], ids: dict[bytes, bytes]) -> bytes:
        signer = self._new_keys[issuer.spki] if issuer.spki in rekeyed else self._repository.keys[issuer.spki]
        end = next_update(crl)
        until = self._until if end is not None and self._now <= end < self._before else None
        return remake_crl(crl, issuer, signer, ids, until)

    def _files(self, made: dict[bytes, bytes]) -> tuple[dict[str, bytes], dict[str, bytes] | None]:
        """The old and new contents; None for the new if a file turned out to be unwritable."""
        paths = {at.path: None for at, one in self._repository.sites if one.der in made and not at.not_rewritten}
        paths |= {path: None for path, crl in self._repository.crls if crl in made}
        before: dict[str, bytes] = {}
        files: dict[str, bytes] = {}
        for path in paths:
            try:
                before[path] = (self._repository.folder / path).read_bytes()
                files[path] = rewritten(before[path], made, self._repository.passwords.get(path))
                if any(at.path == path and one.der in made for at, one in self._repository.sites):
                    _check_written(files[path], before[path])
            except OSError as error:
                self._unwritable[path] = error.strerror or "it can't be read"
            except ValueError as error:
                self._unwritable[path] = str(error)
        known = {at.path for at, one in self._repository.sites if one.der in made}
        return before, None if known & set(self._unwritable) else files

    def _told(
        self,
        chosen: dict[ParsedCertificate, None],
        rekeyed: set[bytes],
        left: list[Left],
        made: dict[bytes, bytes],
        before: dict[str, bytes],
        files: dict[str, bytes],
    ) -> Defusing:
        here = [(at, one) for at, one in self._repository.sites if one in chosen and not at.not_rewritten]
        defused = [at for at, one in here if self._goes_off(one)]
        return Defusing(
            folder=self._repository.folder,
            until=self._until,
            before=before,
            files={path: data for path, data in files.items() if data != before[path]},
            defused=defused,
            signed_anew=[at for at, one in here if not self._goes_off(one)],
            left=left,
            new_keys=list(self._on_keys(chosen, rekeyed)),
            made=made,
            unread=self._repository.unread,
        )

    def _on_keys(self, chosen: dict[ParsedCertificate, None], rekeyed: set[bytes]) -> Iterator[str]:
        for one in chosen:
            if one.spki in rekeyed:
                yield f"{one.facts.subject} gets a new key: its private key isn't here"
            if self._issuers[one] is None:
                yield f"{one.facts.subject} is signed with a key that nobody has: its issuer isn't here"


def _check_written(new: bytes, old: bytes) -> None:
    if new == old:
        raise ValueError("it can't be written in its form")
