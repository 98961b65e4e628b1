"""Reading the files that a scenario hands over, ``[[file]]``: mistakes with their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct

from ...store.errors import Refusal
from ...store.push.apple_ids import checked_apple_id
from ...store.toml_lines import KeyPath
from ..company.faulty_archive import ArchiveFault
from ..plans import values
from ..plans.plan import Choice
from ..plans.table_reading import TableReading
from ..plans.values import Reader, Unknown, did_you_mean
from .conditions import CHOICE
from .handed_file import (
    CHAINS,
    ISSUERS,
    KEYSTORES,
    AnyFile,
    BulkArchiveFile,
    PushCertificateFile,
    SamlCertificate,
    ServerCertificate,
)

_MOST_FAULTS = 1000


def _file_name(value: Any) -> str:
    name = values.text(value)
    if name != PurePosixPath(name).name or name.startswith(".") or "\\" in name or len(name) > 100:
        raise ValueError("write the name of a file, without a folder")
    return name


def _apple_id(value: Any) -> str:
    try:
        return checked_apple_id(values.text(value))
    except Refusal as refusal:
        raise ValueError(refusal.message) from refusal


def _issuer(value: Any) -> str:
    if value not in ISSUERS:
        raise Unknown(str(value), "issuer", ISSUERS)
    return str(value)


def _chain(value: Any) -> str:
    if value not in CHAINS:
        raise Unknown(str(value), "chain", CHAINS)
    return str(value)


def _faults(value: Any) -> dict[ArchiveFault, int]:
    if not isinstance(value, dict):
        raise ValueError("write { wrong-password = 2, expired = 1 }")
    count = values.number(1, _MOST_FAULTS)
    for name in value:
        if name not in list(ArchiveFault):
            raise Unknown(name, "fault", list(ArchiveFault))
    return {ArchiveFault(name): count(number) for name, number in value.items()}


class _FileKind(Struct, frozen=True):
    """A kind of file: its struct, its own fields, those that it can't do without, and the endings of its name."""

    struct: Any
    fields: Mapping[str, Reader]
    needed: tuple[str, ...] = ()
    endings: tuple[str, ...] = KEYSTORES


_OF_ALL: Mapping[str, Reader] = {
    "make": values.text,
    "name": _file_name,
    "after": values.length,
    "password": values.text,
    "password_file": _file_name,
}
_KINDS: Mapping[str, _FileKind] = {
    kind.struct.__struct_config__.tag: kind
    for kind in (
        _FileKind(
            ServerCertificate,
            {"host": values.texts, "valid": values.validity, "key": _file_name, "issuer": _issuer, "chain": _chain},
            ("host",),
            (*KEYSTORES, ".pem"),
        ),
        _FileKind(SamlCertificate, {"valid": values.validity}),
        _FileKind(PushCertificateFile, {"apple_id": _apple_id}, ("apple_id",)),
        _FileKind(
            BulkArchiveFile,
            {
                "identity_type": values.identity_type,
                "valid": values.validity,
                "faults": _faults,
                "repairs": _file_name,
                **CHOICE,
            },
            (),
            (".zip",),
        ),
    )
}
"""Every kind of file by its name in a scenario."""


class FileReading(TableReading):
    """Reads the tables ``[[file]]``."""

    def files(self, tables: list[tuple[int, Mapping[str, Any]]], length: timedelta) -> tuple[AnyFile, ...]:
        """The files, as far as they can be read."""
        found: list[AnyFile] = []
        known: set[str] = set()
        archives: set[str] = set()
        for number, table in tables:
            place: KeyPath = ("file", number)
            if (one := self._file(table, place, length)) is None:
                continue
            for name in one.names:
                if name in known:
                    self.wrong(place, f"two files are called {name!r}", "Give each its own name.")
                known.add(name)
            if isinstance(one, BulkArchiveFile):
                if one.repairs and one.repairs not in archives:
                    hint = "Name an archive of a [[file]] before this one."
                    self.wrong((*place, "repairs"), f"repairs: there is no archive {one.repairs!r}", hint)
                elif one.repairs and one.faults:
                    self.wrong((*place, "faults"), "faults: what repairs another archive has none", "Leave them out.")
                archives.add(one.name)
            found.append(one)
        return tuple(found)

    def check_named(self, table: Mapping[str, Any], place: KeyPath, known: set[str] | None) -> None:
        """An action of a scenario can only use files that are handed over; None: no files at all."""
        for field in ("file", "key", "password_file"):
            name = table.get(field)
            if isinstance(name, str) and known is None:
                self.wrong((*place, field), f"{field}: only the solution uses files", 'Write like = "…" and valid.')
            elif isinstance(name, str) and name not in (known or ()):
                hint = did_you_mean(name, known) if known else "Hand it over: [[file]]."
                self.wrong((*place, field), f"{field}: there is no [[file]] {name!r}", hint)

    def _file(self, table: Mapping[str, Any], place: KeyPath, length: timedelta) -> AnyFile | None:
        before = len(self.mistakes)
        make = str(table.get("make"))
        kind = _KINDS.get(make)
        if kind is None:
            self.wrong((*place, "make"), f"{make!r} is no kind of file", did_you_mean(make, _KINDS))
            return None
        found = self.fields(table, place, {**_OF_ALL, **kind.fields}, f"a file of the kind {make}")
        for needed in ("name", *kind.needed):
            if needed not in table:
                self.wrong(place, f"the file needs {needed}", "docs/scenarios.md says what a scenario file holds.")
        for at, said, hint in _mistakes(found, kind, length):
            self.wrong((*place, at) if at in table else place, said, hint)
        if len(self.mistakes) != before:
            return None
        found.pop("make")
        choice = {key: found.pop(key) for key in CHOICE if key in found}
        if choice:
            found["choice"] = Choice(**choice)
        made: AnyFile = kind.struct(**found, line=self.line(place))
        return made


def _mistakes(found: Mapping[str, Any], kind: _FileKind, length: timedelta) -> Iterator[tuple[str, str, str]]:
    """The field of each mistake, what is wrong, and a hint."""
    name = found.get("name", "")
    is_keystore = name.lower().endswith(KEYSTORES)
    if name and not name.lower().endswith(kind.endings):
        yield "name", f"name: its ending is not {' or '.join(kind.endings)}", "The ending says in which form it is."
    elif is_keystore and "password" not in found:
        yield "name", f"{name} needs a password", "Write it in password, and tell it in the text."
    elif name and not is_keystore and "password" in found:
        yield "password", f"password: {name} has none", "A keystore (.p12) has."
    if "password_file" in found and "password" not in found:
        yield "password_file", "password_file: there is no password to write into it", "Write it in password."
    if is_keystore and "key" in found:
        yield "key", "key: the private key is in the keystore", "Leave it out."
    if found.get("after", length) > length:
        yield "after", "after: that is after the end of the scenario", "Make it earlier."
