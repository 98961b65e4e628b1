"""From files and options to what the inventory imports, with the passwords that turn out to be needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from ..store.certificates.files import read_input
from ..store.errors import Refusal
from ..store.inventory.sources import CertificateSource, KeystoreSource, OnConflict
from ..store.keystores.reading import KeystoreType
from ..store.printable import printable
from .frame.parameters import Words
from .frame.passwords import ask, interactive, needed, read_optional

on_conflict_option = click.option(
    "--on-conflict",
    type=Words(list(OnConflict)),
    default=OnConflict.FAIL.value,
    show_default=True,
    help="When another certificate of the same key pair is there: put this one into its entry, or delete that.",
)

Answer = TypeVar("Answer")
Source = CertificateSource | KeystoreSource


def certificate_source(data: bytes, file: Path, key: Path | None, key_password_file: Path | None) -> CertificateSource:
    """A certificate file that was read, and the key file beside it."""
    return CertificateSource(
        data=data,
        name=printable(file.name),
        key=None if key is None else read_input(key),
        key_password=read_optional(key_password_file),
    )


def keystore_source(
    data: bytes,
    file: Path,
    type: KeystoreType | None,
    alias: str | None,
    password_file: Path | None,
    key_password_file: Path | None,
) -> KeystoreSource:
    """A keystore that was read. Where no file holds its password, a person is asked; else it opens without."""
    password = read_optional(password_file)
    if password_file is None and interactive():
        password = ask(f"Password of {printable(file.name)} (empty for none)") or None
    return KeystoreSource(
        data=data,
        name=printable(file.name),
        type=type,
        password=password,
        key_password=read_optional(key_password_file),
        alias=alias,
    )


def hand_in(source: Source, take: Callable[[Source], Answer]) -> Answer:
    """Give a source to ``take``; where a password is missing, ask for it, or say how to give it."""
    try:
        return take(source)
    except Refusal as refusal:
        if refusal.code == "password-needed":
            raise needed(refusal, "--password-file") from refusal
        if refusal.code != "key-password-needed":
            raise
        if not interactive():
            raise needed(refusal, "--key-password-file") from refusal
    password = ask("Password of the private key")
    return take(msgspec.structs.replace(source, key_password=password))
