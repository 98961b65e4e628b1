"""Malicious archives: each is refused as a whole, by name, and nothing is changed."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certfleet.store.bulk.archive import open_archive
from certfleet.store.bulk.credentials import read_credentials
from certfleet.store.certificates.limits import (
    MAX_BULK_CREDENTIALS,
    MAX_BULK_DIRECTORY,
    MAX_BULK_FILES,
    MAX_BULK_OTHERS,
)
from certfleet.store.errors import Refusal
from certfleet.store.workspace import Workspace
from tests.examples import examples
from tests.store.conftest import content

from .material import PASSWORD, fleet_archive, outcomes, p12, packed, take_in

LINES = f"GOOD.p12={PASSWORD}\n"
Entries = list[tuple[zipfile.ZipInfo | str, bytes]]


@cache
def good() -> bytes:
    return p12("GOOD")


def zipped(entries: Entries, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A good file and its credentials, and these entries behind them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("GOOD.p12", good())
        archive.writestr("credential.txt", LINES)
        for name, data in entries:
            archive.writestr(name, data, compress_type=method)
    return file.getvalue()


def named(name: str, data: bytes = b"x") -> bytes:
    return zipped([(name, data)])


def entry(name: str, **fields: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def mode(name: str, kind: int) -> bytes:
    return zipped([(entry(name, external_attr=(kind | 0o777) << 16, create_system=3), b"/etc/passwd")])


def patched(data: bytes, name: str, change: Callable[[bytearray, int, int], None]) -> bytes:
    """``change`` gets the bytes and where the entry's local header and its line of the directory are."""
    out = bytearray(data)
    place = {info.filename: info.header_offset for info in zipfile.ZipFile(io.BytesIO(data)).infolist()}[name]
    line = data.index(b"PK\1\2")
    while data[line + 46 : line + 46 + len(name)] != name.encode():
        line = data.index(b"PK\1\2", line + 4)
    change(out, place, line)
    return bytes(out)


def flag(out: bytearray, at: int, bit: int) -> None:
    out[at] |= bit


def invert(out: bytearray, at: int) -> None:
    out[at] ^= 0xFF


def encrypted() -> bytes:
    """The flag of an encrypted file, in its header and in the directory."""

    def change(out: bytearray, local: int, line: int) -> None:
        flag(out, local + 6, 1)
        flag(out, line + 8, 1)

    return patched(zipped([]), "GOOD.p12", change)


def encrypted_in_its_header_alone() -> bytes:
    return patched(zipped([]), "GOOD.p12", lambda out, local, line: flag(out, local + 6, 1))


def method(number: int) -> bytes:
    return patched(zipped([]), "GOOD.p12", lambda out, local, line: struct.pack_into("<H", out, line + 10, number))


def larger_than_it_says() -> bytes:
    """A megabyte behind a size of 100 bytes, whose checksum fits: what reads only so far sees nothing wrong."""
    archive = zipped([("BOMB.p12", bytes(1_000_000))])

    def change(out: bytearray, local: int, line: int) -> None:
        for at in (local + 14, line + 16):
            struct.pack_into("<L", out, at, zlib.crc32(bytes(100)))
        for at in (local + 22, line + 24):
            struct.pack_into("<L", out, at, 100)

    return patched(archive, "BOMB.p12", change)


def overlapping() -> bytes:
    """Two entries over the same bytes, as in the bombs that aren't nested (D. Fifield, 2019)."""

    def change(out: bytearray, local: int, line: int) -> None:
        place = out.index(b"PK\3\4")
        struct.pack_into("<L", out, line + 42, place)

    return patched(zipped([("GOOD.p13", good())]), "GOOD.p13", change)


def quoted_header() -> bytes:
    """An entry whose data runs over the header of the next one."""
    archive = zipped([("AAAA.p12", b"a" * 100), ("BBBB.p12", b"b" * 100)], zipfile.ZIP_STORED)

    def change(out: bytearray, local: int, line: int) -> None:
        for at in (line + 20, line + 24):
            struct.pack_into("<L", out, at, 200)

    return patched(archive, "AAAA.p12", change)


def beyond_the_end() -> bytes:
    """An entry at an offset that no file system has."""
    info = entry("FAR.p12")
    info.extra = struct.pack("<HHQ", 1, 8, 2**63 - 1)
    return patched(
        zipped([(info, b"x")]), "FAR.p12", lambda out, local, line: struct.pack_into("<L", out, line + 42, 0xFFFFFFFF)
    )


def other_name_in_its_header() -> bytes:
    def change(out: bytearray, local: int, line: int) -> None:
        out[local + 30] = ord("B")

    return patched(zipped([]), "GOOD.p12", change)


def directory_cut() -> bytes:
    data = zipped([])
    return data[: data.index(b"PK\1\2") + 60] + data[data.index(b"PK\5\6") :]


def zip64_sizes() -> bytes:
    """Sizes in a ZIP64 field, of exabytes."""
    info = entry("HUGE.p12")
    info.extra = struct.pack("<HHQQ", 1, 16, 2**62, 2**62)

    def change(out: bytearray, local: int, line: int) -> None:
        for at in (line + 20, line + 24):
            struct.pack_into("<L", out, at, 0xFFFFFFFF)

    return patched(zipped([(info, b"x")]), "HUGE.p12", change)


def zip64_field_cut() -> bytes:
    info = entry("HUGE.p12")
    info.extra = struct.pack("<HHL", 1, 4, 1)
    return patched(
        zipped([(info, b"x")]), "HUGE.p12", lambda out, local, line: struct.pack_into("<L", out, line + 24, 0xFFFFFFFF)
    )


def zip64_directory_of_exabytes() -> bytes:
    """A ZIP64 record that says the directory is larger than any memory."""
    data = zipped([])
    end = data.index(b"PK\5\6")
    record = struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 2, 2, 2**50, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    return data[:end] + record + locator + data[end:]


def spanned() -> bytes:
    """A ZIP64 locator that says the archive goes on on another disk."""
    data = zipped([])
    end = data.index(b"PK\5\6")
    return data[:end] + struct.pack("<4sLQL", b"PK\6\7", 1, 0, 2) + data[end:]


def too_many_entries() -> bytes:
    """A directory of more lines than anybody has files, over one and the same file."""
    data = zipped([])
    start = data.index(b"PK\1\2")
    line = data[start : data.index(b"PK\1\2", start + 4)]
    lines = line * (2 * MAX_BULK_FILES + MAX_BULK_OTHERS + 1)
    return data[:start] + lines + struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 2, 2, len(lines), start, 0)


def directory_of_megabytes() -> bytes:
    """A directory that would be read at once, of one endless comment after the other."""
    size = MAX_BULK_DIRECTORY + 1
    return bytes(size) + struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 2, 2, size, 0, 0)


def mostly_zeros(size: int) -> bytes:
    return zipped([("BOMB.p12", bytes(size))])


def a_hundred_bombs() -> bytes:
    """Each below the size from which a ratio is looked at is harmless; declared sizes together are not."""
    data = zipped([(f"LARGE{number}.p12", b"x") for number in range(20)])
    for number in range(20):

        def change(out: bytearray, local: int, line: int) -> None:
            struct.pack_into("<L", out, line + 24, 100 * 1024 * 1024)
            struct.pack_into("<L", out, line + 20, 2 * 1024 * 1024)

        data = patched(data, f"LARGE{number}.p12", change)
    return data


def cut_the_name(out: bytearray, local: int, line: int) -> None:
    for at in (local + 30 + 9, line + 46 + 9):
        out[at] = 0


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a path that climbs out": (lambda: named("../../root/.ssh/authorized_keys"), "archive-name-unsafe"),
    "a path that climbs out further in": (lambda: named("certs/../../GOOD2.p12"), "archive-name-unsafe"),
    "an absolute path": (lambda: named("/etc/cron.d/job"), "archive-name-unsafe"),
    "a drive letter": (lambda: named("C:/Windows/evil.p12"), "archive-name-unsafe"),
    "a backslash path": (lambda: named("..\\..\\evil.p12"), "archive-name-unsafe"),
    "a stream of another file": (lambda: named("GOOD2.p12:hidden"), "archive-name-unsafe"),
    "a name with a zero byte": (
        lambda: patched(
            named("GOOD2.p12X.exe"),
            "GOOD2.p12X.exe",
            cut_the_name,
        ),
        "archive-name-unsafe",
    ),
    "a name that turns the terminal": (lambda: named("\x1b]0;owned\x07.p12"), "archive-name-unsafe"),
    "a name that is written backwards": (lambda: named("GOOD2\u202e21p.exe"), "archive-name-unsafe"),
    "an empty name": (lambda: named("certs//x.p12"), "archive-name-unsafe"),
    "a symbolic link": (lambda: mode("LINK.p12", stat.S_IFLNK), "archive-link"),
    "a link in place of the credential file": (lambda: mode("more.txt", stat.S_IFLNK), "archive-link"),
    "a device": (lambda: mode("NULL.p12", stat.S_IFCHR), "archive-link"),
    "a pipe": (lambda: mode("PIPE.p12", stat.S_IFIFO), "archive-link"),
    "a bomb by ratio": (lambda: mostly_zeros(200_000), "archive-bomb"),
    "a bomb in a file that is left aside": (lambda: named("readme.md", bytes(5_000_000)), "archive-bomb"),
    "a bomb by size, all files together": (a_hundred_bombs, "archive-too-large"),
    "a bomb that says it is small": (larger_than_it_says, "archive-damaged"),
    "a bomb by number of directory lines": (too_many_entries, "archive-too-many-files"),
    "a directory of megabytes": (directory_of_megabytes, "archive-too-many-files"),
    "thousands of other files": (
        lambda: zipped([(f"{number}.log", b"") for number in range(MAX_BULK_OTHERS + 1)]),
        "archive-too-many-files",
    ),
    "entries over the same bytes": (overlapping, "archive-damaged"),
    "an entry that quotes the next one's header": (quoted_header, "archive-overlapping"),
    "an entry beyond the end": (beyond_the_end, "archive-damaged"),
    "the same name twice": (lambda: named("GOOD.p12"), "archive-duplicate-name"),
    "the same name in another case": (lambda: named("good.P12"), "archive-duplicate-name"),
    "the same identity in another folder": (lambda: named("more/GOOD.p12", good()), "archive-duplicate-name"),
    "the same identity with another ending": (lambda: named("GOOD.pfx", good()), "archive-duplicate-name"),
    "another name in the file's own header": (other_name_in_its_header, "archive-damaged"),
    "an encrypted file": (encrypted, "archive-encrypted"),
    "a file that only its own header calls encrypted": (encrypted_in_its_header_alone, "archive-encrypted"),
    "an archive in the archive": (lambda: named("more.zip", zipped([])), "archive-nested"),
    "a tar in the archive": (lambda: named("more.tar.gz"), "archive-nested"),
    "a compression of its own": (lambda: method(99), "archive-compression"),
    "LZMA": (lambda: zipped([], zipfile.ZIP_LZMA), "archive-compression"),
    "no credential file": (
        lambda: packed({"GOOD.p12": good()}).getvalue().replace(b"credential.txt", b"credential.p12"),
        "credentials-missing",
    ),
    "a credential file of megabytes": (
        lambda: packed({"GOOD.p12": good()}, zlib_proof(MAX_BULK_CREDENTIALS + 1)).getvalue(),
        "credentials-too-large",
    ),
    "a credential file that is no text": (
        lambda: packed({"GOOD.p12": good()}, b"GOOD=\xff\xfe\x81").getvalue(),
        "credentials-unreadable",
    ),
    "a line without a password": (
        lambda: packed({"GOOD.p12": good()}, LINES + "BAD.p12\n").getvalue(),
        "credentials-line-invalid",
    ),
    "two lines for one identity": (
        lambda: packed({"GOOD.p12": good()}, LINES + "good=other\n").getvalue(),
        "credentials-duplicate",
    ),
    "the directory cut": (directory_cut, "archive-damaged"),
    "the archive cut": (lambda: zipped([])[:-40], "file-truncated"),
    "a damaged file": (
        lambda: patched(zipped([]), "GOOD.p12", lambda out, local, line: invert(out, local + 300)),
        "archive-damaged",
    ),
    "ZIP64 sizes of exabytes": (zip64_sizes, "archive-too-large"),
    "a ZIP64 field that is cut": (zip64_field_cut, "archive-damaged"),
    "a ZIP64 directory of a petabyte": (zip64_directory_of_exabytes, "archive-damaged"),
    "an archive over several disks": (spanned, "archive-damaged"),
    "nothing": (lambda: b"", "file-empty"),
    "an archive without files": (lambda: b"PK\5\6" + bytes(18), "archive-empty"),
    "no archive at all": (good, "not-an-archive"),
    "text": (lambda: b"GOOD.p12=password\n" * 10, "not-an-archive"),
}


def zlib_proof(size: int) -> bytes:
    """Text that doesn't compress well enough to be taken for a bomb."""
    line = b"".join(f"S{number:05}={number * 7919 % 100_003:x}\n".encode() for number in range(4_000))
    return (line * (size // len(line) + 1))[:size]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_as_a_whole(workspace: Workspace, name: str) -> None:
    make, code = HOSTILE[name]
    take_in(workspace, fleet_archive("BEFORE"))
    before = content(workspace)
    with pytest.raises(Refusal) as refused:
        take_in(workspace, io.BytesIO(make()))
    assert refused.value.code == code
    assert PASSWORD not in str(refused.value)
    assert str(refused.value).isprintable()
    assert content(workspace) == before


def test_more_files_than_an_archive_may_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certfleet.store.bulk.archive.MAX_BULK_FILES", 2)
    with pytest.raises(Refusal, match="archive-too-many-files"), open_archive(fleet_archive("ONE", "TWO", "THREE")):
        pass


def test_bad_lines_are_named_by_number_and_never_shown() -> None:
    with pytest.raises(Refusal) as refused:
        read_credentials(b"A=1\nsecret1\n=secret2\n# fine\n\nB=" + b"s" * 1001 + b"\nC=1\n", "credential.txt")
    assert refused.value.message == "credential.txt, lines 2, 3 and 6: that is not IDENTITY.p12=PASSWORD"


def test_a_file_is_too_large_by_itself(workspace: Workspace) -> None:
    large = zlib_proof(300_000)
    result = take_in(workspace, packed({"LARGE.p12": large, "GOOD.p12": good()}))
    assert outcomes(result) == {"LARGE.p12": "file-too-large", "GOOD.p12": "imported"}


@cache
def sample() -> bytes:
    return zipped([("MORE.pfx", good()), ("readme.md", b"hello " * 50)])


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """The sample with bytes changed, cut out or put in, mostly where its structure is."""
    data = bytearray(sample())
    marks = [at for at in range(len(data)) if data[at : at + 2] == b"PK"]
    for _ in range(draw(st.integers(1, 4))):
        near = st.sampled_from(marks).flatmap(lambda mark: st.integers(mark, min(mark + 60, len(sample()) - 1)))
        at = min(draw(near | st.integers(0, len(sample()) - 1)), len(data) - 1)
        kind = draw(st.sampled_from(["set", "cut", "put", "number"]))
        if kind == "set":
            data[at] = draw(st.integers(0, 255))
        elif kind == "cut":
            del data[at : at + draw(st.integers(1, 40))]
        elif kind == "put":
            data[at:at] = draw(st.binary(min_size=1, max_size=20))
        else:
            data[at : at + 4] = draw(st.sampled_from([0, 1, 2**31 - 1, 2**32 - 1])).to_bytes(4, "little")
        if not data:
            break
    return bytes(data)


@pytest.mark.slow
@given(mutations())
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_a_mutated_archive_is_read_or_refused(data: bytes) -> None:
    try:
        with open_archive(io.BytesIO(data)) as archive:
            for file in archive.files:
                archive.password(file)
                archive.read(file)
    except Refusal as refusal:
        assert refusal.message.isprintable()


@pytest.mark.slow
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(max_examples=300)
def test_any_credential_file_is_read_or_refused(data: bytes) -> None:
    try:
        passwords, lines = read_credentials(data, "credential.txt")
    except Refusal as refusal:
        assert refusal.code.startswith("credentials-")
        assert refusal.message.isprintable()
    else:
        assert passwords.keys() == lines.keys()


IDENTITIES = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=12)
PASSWORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=30)


@given(
    st.dictionaries(IDENTITIES.map(str.upper), PASSWORDS, max_size=8), st.sampled_from(["\n", "\r\n", "\r"]), st.data()
)
@examples(200)
def test_every_password_comes_back(passwords: dict[str, str], end: str, data: st.DataObject) -> None:
    lines = [
        f"{name}{data.draw(st.sampled_from(['', '.p12', '.P12', '.pfx']))}={passwords[name]}" for name in passwords
    ]
    for _ in range(data.draw(st.integers(0, 3))):
        lines.insert(data.draw(st.integers(0, len(lines))), data.draw(st.sampled_from(["", "  ", "# comment=1"])))
    text = data.draw(st.sampled_from(["", "\ufeff"])) + end.join(lines)
    found, _ = read_credentials(text.encode(), "credential.txt")
    assert found == {name.casefold(): password for name, password in passwords.items()}
