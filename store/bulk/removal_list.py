"""Whose device certificates are to be removed, from a text file of identities or the archive that brought them."""

from __future__ import annotations

from typing import BinaryIO

from ..certificates.limits import MAX_BULK_CREDENTIALS
from ..errors import Refusal
from .zip_files import read_members, unpack

_KEYSTORES = (".p12", ".pfx")
_ZIP = b"PK\x03\x04"


def read_removal_list(file: BinaryIO) -> bytes | list[str]:
    """The identities, as ``BulkCertificates.delete`` takes them: those of the keystores in an archive, or else its text
    file's. Refuses as ``read_members`` does, and with ``file-too-large`` or ``identities-unreadable``."""
    start = file.read(len(_ZIP))
    file.seek(0)
    if start != _ZIP:
        data = file.read(MAX_BULK_CREDENTIALS + 1)
        if len(data) > MAX_BULK_CREDENTIALS:
            raise Refusal("file-too-large", f"the list is larger than {MAX_BULK_CREDENTIALS // 1024**2} MiB")
        return data
    members = read_members(file)
    if names := [member.name for member in members if member.name.lower().endswith(_KEYSTORES)]:
        return names
    texts = [member for member in members if member.size <= MAX_BULK_CREDENTIALS]
    if len(texts) != 1:
        raise Refusal("identities-unreadable", "the archive has neither keystores nor one text file of identities")
    return unpack(file, texts[0])
