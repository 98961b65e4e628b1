"""The files of a ZIP archive (PKWARE's APPNOTE), all checked before any is used; nothing is unpacked to disk.

zipfile reads the directory at the archive's end. It is compared with the archive itself: files must not overlap and
must unpack to exactly the stated size and checksum. Honest programs write nothing else, so an archive that fails is
refused as a whole.
"""

from __future__ import annotations

import stat
import struct
import unicodedata
import zipfile
import zlib
from typing import BinaryIO, NamedTuple

from ..certificates.limits import (
    BULK_RATIO_FROM,
    MAX_BULK_ARCHIVE,
    MAX_BULK_DIRECTORY,
    MAX_BULK_FILES,
    MAX_BULK_OTHERS,
    MAX_BULK_RATIO,
)
from ..certificates.sniffing import FileKind, kind_of
from ..certificates.text import shortened
from ..errors import Refusal

MOST_ENTRIES = 2 * MAX_BULK_FILES + MAX_BULK_OTHERS  # macOS adds a second one for each file

_ENTRY = b"PK\1\2"
_LOCAL = struct.Struct("<4sHHHHHLLLHH")  # the header before each file: APPNOTE 4.3.7
_LOCAL_SIGNATURE, _LOCAL_FLAGS, _LOCAL_NAME, _LOCAL_EXTRA = 0, 2, 9, 10
_ENCRYPTED = 0x1 | 0x40 | 0x2000  # encrypted, strongly encrypted, and with masked headers: APPNOTE 4.4.4
_UTF8 = 0x800
_MADE_FOR = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGED = (zipfile.BadZipFile, struct.error, ValueError, OverflowError, EOFError, IndexError, KeyError)
_COPY = "Copy the archive again from where it was made."


class Member(NamedTuple):
    """A file of the archive: its path, and the position of its bytes."""

    path: str
    at: int
    packed: int
    size: int
    crc: int
    deflated: bool

    @property
    def name(self) -> str:
        """Its name without the folders."""
        return self.path.rsplit("/", 1)[-1]


class _Bounded:
    """The archive for zipfile, which would read a directory of any stated size at once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        if size > MAX_BULK_DIRECTORY:
            raise too_many()
        data = self._file.read(MAX_BULK_DIRECTORY if size < 0 else size)
        if data.count(_ENTRY) > MOST_ENTRIES:
            raise too_many()
        return data


def read_members(file: BinaryIO) -> list[Member]:
    """Every file in the archive, in the directory's order, without folders. Nothing is unpacked yet.

    Refuses ``file-empty``, ``file-too-large``, ``file-truncated``, ``not-an-archive``, ``archive-damaged``,
    ``archive-too-many-files``, ``archive-too-large``, ``archive-bomb``, ``archive-overlapping``,
    ``archive-name-unsafe``, ``archive-duplicate-name``, ``archive-link``, ``archive-encrypted`` and
    ``archive-compression``, naming the file.
    """
    try:
        directory, infos = _directory(file)
        _check_all(infos)
        members = [_member(file, info, directory) for info in infos]
        _check_places(infos, members, directory)
    except _DAMAGED as error:
        raise _damaged("its directory can't be read") from error
    return [member for member in members if not member.path.endswith("/")]


def unpack(file: BinaryIO, member: Member) -> bytes:
    """The bytes of a file. Refuses ``archive-damaged`` if they contradict the directory."""
    file.seek(member.at)
    data = file.read(member.packed)
    exact = len(data) == member.packed
    if member.deflated:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            data = inflate.decompress(data, member.size + 1)
        except zlib.error:
            exact = False
        exact = exact and inflate.eof and not inflate.unused_data
    if not exact or len(data) != member.size or zlib.crc32(data) != member.crc:
        raise _damaged(f"{shortened(member.path)} in it is not what its directory says")
    return data


def _directory(file: BinaryIO) -> tuple[int, list[zipfile.ZipInfo]]:
    """Where the directory begins, and its entries."""
    file.seek(0)
    head = file.read(64)
    if not head:
        raise Refusal("file-empty", "the archive is empty", _COPY)
    if file.seek(0, 2) > MAX_BULK_ARCHIVE:
        raise Refusal("file-too-large", f"the archive is larger than {MAX_BULK_ARCHIVE // 1024**2:,} MiB", "Divide it.")
    try:
        archive = zipfile.ZipFile(_Bounded(file))
    except NotImplementedError:  # raised by zipfile for multi-disk archives and later versions of the format
        raise Refusal("archive-compression", "the archive is of a kind that few programs can read", _AS_USUAL) from None
    except zipfile.BadZipFile:
        if file.seek(0, 2) and zipfile.is_zipfile(file):
            raise
        kind = kind_of(head)
        if kind is FileKind.ZIP:
            raise Refusal("file-truncated", "the archive ends too early", _COPY) from None
        seems = "" if kind is FileKind.UNKNOWN else f"; it seems to be {kind.words}"
        hint = "Pack the PKCS #12 files and the credential file into a .zip."
        raise Refusal("not-an-archive", f"the file is no ZIP archive{seems}", hint) from None
    return archive.start_dir, archive.infolist()


def _check_all(infos: list[zipfile.ZipInfo]) -> None:
    """The checks that need only the directory."""
    seen: dict[str, str] = {}
    total = 0
    for info in infos:
        path = _path(info)
        _check_path(path)
        _check_kind(info)
        twin = seen.setdefault(unicodedata.normalize("NFC", path).casefold(), path)
        if twin is not path:
            raise Refusal("archive-duplicate-name", f"{shortened(path)} is in the archive twice", "Leave one of them.")
        if info.compress_size > info.file_size + info.file_size // 100 + 1024:
            raise _damaged(f"{shortened(path)} in it takes more room than its content")
        if info.file_size >= BULK_RATIO_FROM and info.file_size > MAX_BULK_RATIO * info.compress_size:
            raise Refusal(
                "archive-bomb",
                f"{shortened(path)} would unpack to more than {MAX_BULK_RATIO} times its size in the archive",
                "No certificate does that. Look at the archive before you use it.",
            )
        total += info.file_size
    if total > MAX_BULK_ARCHIVE:
        raise Refusal(
            "archive-too-large",
            f"the archive's files would unpack to more than {MAX_BULK_ARCHIVE // 1024**2:,} MiB",
            "Divide it into several archives.",
        )


def _path(info: zipfile.ZipInfo) -> str:
    """With slashes: older programs on Windows wrote backslashes, against APPNOTE 4.4.17."""
    return info.orig_filename.replace("\\", "/")


def _check_path(path: str) -> None:
    """Accept only plain relative paths; anything else is an attack, even though nothing is unpacked here."""
    parts = path.removesuffix("/").split("/")
    if not path.isprintable() or ":" in path or not all(parts) or ".." in parts:
        raise Refusal(
            "archive-name-unsafe",
            f"{shortened(path) or 'a file without a name'} is not a plain path inside the archive",
            "Pack the files anew, in one folder or none.",
        )


def _check_kind(info: zipfile.ZipInfo) -> None:
    """Accept only readable files and folders."""
    path = shortened(info.orig_filename)
    kind = stat.S_IFMT(info.external_attr >> 16)  # set if packed under Unix
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        what = "a link" if kind == stat.S_IFLNK else "a device or pipe"
        raise Refusal("archive-link", f"{path} is {what}, not a file", "Pack the files themselves.")
    if info.flag_bits & _ENCRYPTED:
        raise _encrypted(path)
    if info.compress_type not in _MADE_FOR:
        raise Refusal("archive-compression", f"{path} is packed in a way that few programs can read", _AS_USUAL)


_AS_USUAL = "Pack it as an ordinary .zip (Deflate)."


def _member(file: BinaryIO, info: zipfile.ZipInfo, directory: int) -> Member:
    """The position of a file's bytes. The local header must be that file's."""
    path = info.orig_filename
    if not 0 <= info.header_offset < directory:
        raise _damaged(f"{shortened(path)} in it has no place")
    file.seek(info.header_offset)
    header = _LOCAL.unpack(file.read(_LOCAL.size))
    named = file.read(header[_LOCAL_NAME])
    if header[_LOCAL_SIGNATURE] != b"PK\3\4" or named != path.encode("utf-8" if info.flag_bits & _UTF8 else "cp437"):
        raise _damaged(f"{shortened(path)} in it is not where its directory says")
    if header[_LOCAL_FLAGS] & _ENCRYPTED:
        raise _encrypted(shortened(path))
    at = info.header_offset + _LOCAL.size + header[_LOCAL_NAME] + header[_LOCAL_EXTRA]
    return Member(
        _path(info), at, info.compress_size, info.file_size, info.CRC, info.compress_type == zipfile.ZIP_DEFLATED
    )


def _check_places(infos: list[zipfile.ZipInfo], members: list[Member], directory: int) -> None:
    """Files must not overlap each other or the directory: small bombs are large files over the same bytes."""
    end = 0
    for info, member in sorted(zip(infos, members, strict=True), key=lambda pair: pair[0].header_offset):
        if info.header_offset < end or member.at + member.packed > directory:
            raise Refusal(
                "archive-overlapping",
                f"{shortened(member.path)} shares its bytes with another part of the archive",
                "No program packs so. Look at the archive before you use it.",
            )
        end = member.at + member.packed


def too_many() -> Refusal:
    """The refusal of an archive with too many files."""
    return Refusal(
        "archive-too-many-files",
        f"the archive holds more than {MAX_BULK_FILES:,} certificates, or more than {MAX_BULK_OTHERS:,} other files",
        "Divide it into several archives, and leave out what is not for the import.",
    )


def _encrypted(path: str) -> Refusal:
    return Refusal(
        "archive-encrypted",
        f"{path} is encrypted in the archive",
        "Pack the archive without a password: each PKCS #12 file has its own.",
    )


def _damaged(what: str) -> Refusal:
    return Refusal("archive-damaged", f"the archive is damaged: {what}", _COPY)
