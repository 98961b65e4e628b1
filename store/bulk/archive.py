"""An archive of device certificates: PKCS #12 files named after identities, and a file with their passwords."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ..certificates.files import open_input
from ..certificates.limits import MAX_BULK_CREDENTIALS, MAX_BULK_FILE, MAX_BULK_FILES, MAX_BULK_OTHERS
from ..certificates.text import shortened
from ..errors import Refusal
from .credentials import Lines, Passwords, in_quotes, is_pkcs12_name, key_of, line_numbers, read_credentials
from .zip_files import Member, read_members, too_many, unpack

_NESTED = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".jar", ".cab")
_NAMED = 3  # files that a sentence names

Members = list[Member]


class Archive:
    """A checked archive. ``files`` are its PKCS #12 files, in the archive's order.

    ``name`` is the archive's, for records. ``notes`` are sentences for the user. Files are read on demand: only the
    directory and the passwords are kept in memory.
    """

    def __init__(self, file: BinaryIO, name: str, files: Members, passwords: Passwords, notes: tuple[str, ...]) -> None:
        self.name = name
        self.files = files
        self.notes = notes
        self._file = file
        self._passwords = passwords

    def password(self, file: Member) -> str | None:
        """Its password from the credential file, or None."""
        return self._passwords.get(key_of(file.name))

    def is_quoted(self, file: Member) -> bool:
        """Whether the credential file has its name in quotation marks, so that it is another name."""
        return in_quotes(file.name, self._passwords)

    def read(self, file: Member) -> bytes:
        """Its bytes. Refuses ``file-empty`` and ``file-too-large`` for this file, and ``archive-damaged`` if the
        archive has changed since it was opened."""
        if not file.size:
            raise Refusal("file-empty", "the file is empty", "Make it again.")
        if file.size > MAX_BULK_FILE:
            raise Refusal("file-too-large", f"the file is larger than {MAX_BULK_FILE // 1024} kB; real ones take 10")
        return unpack(self._file, file)


@contextmanager
def open_archive(source: Path | BinaryIO, *, credentials: str | None = None, name: str = "") -> Iterator[Archive]:
    """Open an archive and check it as a whole before using any of its files.

    ``source`` is its path, or a seekable file, which stays open. ``credentials`` is the credential file's name in it,
    by default the only text file. ``name`` is the archive's, if ``source`` has none. Folders inside are allowed, and
    files added by macOS are skipped; other files are ignored with a note.

    Refuses as ``read_members`` and ``read_credentials`` do, and with ``archive-nested``, ``archive-empty`` (no PKCS #12
    file), ``archive-duplicate-name`` (two files for one identity), ``credentials-missing``, ``credentials-ambiguous``,
    ``credentials-too-large``; a path also as ``read_input`` does.
    """
    if isinstance(source, Path):
        with open_input(source) as descriptor, open(descriptor, "rb", closefd=False) as file:
            yield _checked(file, credentials, shortened(name or source.name, 200))
    else:
        yield _checked(source, credentials, shortened(name, 200))


def _checked(file: BinaryIO, credentials: str | None, name: str) -> Archive:
    try:
        members = [member for member in read_members(file) if not _is_of_a_mac(member)]
        files = [member for member in members if is_pkcs12_name(member.name)]
        others = [member for member in members if not is_pkcs12_name(member.name)]
        _check_others(others)
        if not files:
            hint = "It holds a file IDENTITY.p12 for each device, and a credential file."
            raise Refusal("archive-empty", "there is no .p12 file in the archive", hint)
        if len(files) > MAX_BULK_FILES:
            raise too_many()
        _check_twins(files)
        found = _credential_file(others, credentials)
        passwords, lines = _passwords(file, found)
        for member in files:
            if 0 < member.size <= MAX_BULK_FILE:
                unpack(file, member)
    except OSError as error:
        raise Refusal("file-unreadable", f"the archive can't be read: {error.strerror or error}") from None
    others.remove(found)
    return Archive(file, name, files, passwords, tuple(_notes(files, others, lines, found.name)))


def _is_of_a_mac(member: Member) -> bool:
    """Whether it is one of the extra files that the Finder adds."""
    return member.path.startswith("__MACOSX/") or member.name.startswith("._") or member.name == ".DS_Store"


def _check_others(others: Members) -> None:
    for member in others:
        if member.name.lower().endswith(_NESTED):
            raise Refusal(
                "archive-nested",
                f"{shortened(member.path)} in the archive is an archive itself",
                "Pack the PKCS #12 files themselves, and import one archive after the other.",
            )
    if len(others) > MAX_BULK_OTHERS:
        raise too_many()


def _check_twins(files: Members) -> None:
    """Refuse two files for one identity, whatever their folders."""
    seen: dict[str, Member] = {}
    for member in files:
        twin = seen.setdefault(key_of(member.name), member)
        if twin is not member:
            raise Refusal(
                "archive-duplicate-name",
                f"{shortened(twin.path)} and {shortened(member.path)} are for the same identity",
                "Leave one of them.",
            )


def _credential_file(others: Members, named: str | None) -> Member:
    """The file of that name, with or without folders; by default the only file, or the only ``.txt``."""
    if named:
        fitting = [member for member in others if member.path == named]
        fitting = fitting or [member for member in others if member.name.casefold() == named.casefold()]
        missing = f"there is no file {shortened(named)} in the archive"
    else:
        texts = [member for member in others if member.name.lower().endswith(".txt")]
        fitting = texts or others
        missing = "there is no credential file in the archive"
    if not fitting:
        hint = "Add a text file with a line IDENTITY.p12=PASSWORD for each .p12 file."
        raise Refusal("credentials-missing", missing, hint)
    if len(fitting) > 1:
        names = ", ".join(shortened(member.path) for member in fitting[:_NAMED])
        message = f"{len(fitting)} files may be the credential file: {names}{' …' if len(fitting) > _NAMED else ''}"
        raise Refusal("credentials-ambiguous", message, "Name the one that is (--credentials).")
    return fitting[0]


def _passwords(file: BinaryIO, member: Member) -> tuple[Passwords, Lines]:
    if member.size > MAX_BULK_CREDENTIALS:
        message = f"{shortened(member.path)} is larger than {MAX_BULK_CREDENTIALS // 1024**2} MiB"
        raise Refusal("credentials-too-large", message, "A line for each device is all that belongs in it.")
    return read_credentials(unpack(file, member), member.name)


def _notes(files: Members, others: Members, lines: Lines, name: str) -> Iterator[str]:
    present = {key_of(member.name) for member in files}
    if idle := [number for key, number in lines.items() if key not in present]:
        yield f"{shortened(name)}, {line_numbers(idle)}: there is no such file in the archive."
    if others:
        kinds = Counter(PurePosixPath(member.name).suffix.lower() or "without an ending" for member in others)
        said = ", ".join(f"{count:,} {shortened(kind, 20)}" for kind, count in kinds.most_common(_NAMED))
        yield f"Other files in the archive were left aside: {said}{' …' if len(kinds) > _NAMED else ''}."
