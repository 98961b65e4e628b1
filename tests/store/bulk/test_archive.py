"""Archives as people pack them: in folders, on a Mac, streamed, with a README."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping

import pytest

from certfleet.store.bulk.archive import open_archive
from certfleet.store.bulk.credentials import read_credentials
from certfleet.store.errors import Refusal

from .material import PASSWORD, fleet_archive, packed

CREDENTIALS = f"A.p12={PASSWORD}\n".encode()


def archive_of(files: Mapping[str, bytes]) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file


def found_in(file: io.BytesIO, credentials: str | None = None) -> tuple[list[str], list[str | None], tuple[str, ...]]:
    """Each PKCS #12 file's path and password, and the notes."""
    with open_archive(file, credentials=credentials) as archive:
        return (
            [one.path for one in archive.files],
            [archive.password(one) for one in archive.files],
            archive.notes,
        )


def refused_with(files: Mapping[str, bytes], credentials: str | None = None) -> Refusal:
    with pytest.raises(Refusal) as refused, open_archive(archive_of(files), credentials=credentials):
        pass
    return refused.value


@pytest.mark.parametrize(
    "line",
    ["A.p12=x=y", "A=x=y", "a.P12=x=y", "  A.p12 =x=y", "A.pfx=x=y", "# note\n\nA=x=y", "\ufeffA=x=y", "A=x=y\r\nB=z"],
)
def test_password_lines_in_every_form(line: str) -> None:
    passwords, _ = read_credentials(line.encode(), "credential.txt")
    assert passwords["a"] == "x=y"


@pytest.mark.parametrize(
    ("line", "password"),
    [("A=", ""), ("A= x ", " x "), ("A=#1", "#1"), ("A==", "="), ("A=\u2028\x0b", "\u2028\x0b")],
    ids=["none", "spaces", "hash", "equals sign", "line separators of Unicode"],
)
def test_all_behind_the_equals_sign_is_the_password(line: str, password: str) -> None:
    assert read_credentials(line.encode(), "credential.txt")[0] == {"a": password}


def test_folders_are_fine_and_what_a_mac_adds_is_passed_over() -> None:
    files = {
        "certs/": b"",
        "certs/A.p12": b"1",
        "__MACOSX/certs/._A.p12": b"\0\5\x16\7",
        "certs/.DS_Store": b"\0\0\0\1Bud1",
        "._B.p12": b"\0\5\x16\7",
        "certs/passwords.txt": CREDENTIALS,
    }
    assert found_in(archive_of(files)) == (["certs/A.p12"], [PASSWORD], ())


def test_the_credential_file_is_the_one_text_file() -> None:
    files = {"A.p12": b"1", "list.csv": b"no", "passwords.TXT": CREDENTIALS}
    assert found_in(archive_of(files)) == (
        ["A.p12"],
        [PASSWORD],
        ("Other files in the archive were left aside: 1 .csv.",),
    )
    assert found_in(archive_of({"A.p12": b"1", "passwords": CREDENTIALS}))[1] == [PASSWORD]


def test_of_several_text_files_one_has_to_be_named() -> None:
    files = {"A.p12": b"1", "README.txt": b"hello", "in/credential.txt": CREDENTIALS}
    refusal = refused_with(files)
    assert (refusal.code, refusal.message) == (
        "credentials-ambiguous",
        "2 files may be the credential file: README.txt, in/credential.txt",
    )
    for name in ("credential.txt", "CREDENTIAL.TXT", "in/credential.txt"):
        assert found_in(archive_of(files), name)[1] == [PASSWORD]
    assert refused_with(files, "other.txt").message == "there is no file other.txt in the archive"


def test_lines_without_a_file_are_told_by_number() -> None:
    text = "A=1\n" + "".join(f"B{number}=1\n" for number in range(9))
    assert found_in(packed({"A.p12": b"1"}, text))[2] == (
        "credential.txt, lines 2, 3, 4, 5, 6 and 4 more: there is no such file in the archive.",
    )


def test_a_file_without_a_line_has_no_password() -> None:
    assert found_in(packed({"A.p12": b"1", "B.p12": b"1"}, "B=1"))[1] == [None, "1"]


class Pipe(io.RawIOBase):
    """Somewhere to write to that can't seek: zipfile puts sizes behind each file then."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.written += data
        return len(data)


def test_an_archive_that_was_streamed() -> None:
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("A.p12", b"1" * 500)
        archive.writestr("credential.txt", CREDENTIALS)
    with open_archive(io.BytesIO(bytes(pipe.written))) as opened:
        assert opened.read(opened.files[0]) == b"1" * 500


def test_zip64_where_nothing_needs_it() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in (("A.p12", b"1"), ("credential.txt", CREDENTIALS)):
            with archive.open(name, "w", force_zip64=True) as entry:
                entry.write(data)
    assert found_in(file)[0] == ["A.p12"]


def test_something_before_the_archive_and_a_comment_behind_it() -> None:
    file = fleet_archive("A")
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = b"packed by hand" * 100
    assert found_in(io.BytesIO(b"#!/bin/sh\nexit\n" + file.getvalue()))[0] == ["A.p12"]


def test_names_in_any_writing() -> None:
    files = {"Gerät-1.p12": b"1", "設備.p12": b"1", "credential.txt": "gerät-1=x\n設備=y\n".encode()}
    assert found_in(archive_of(files))[1] == ["x", "y"]


def names(count: int) -> Iterable[str]:
    return (f"S{number:05}" for number in range(count))


def test_an_archive_of_thousands_is_opened_at_once() -> None:
    files = {f"{name}.p12": b"1" for name in names(10_000)}
    lines = "".join(f"{name}={name}\n" for name in names(10_000))
    paths, passwords, notes = found_in(packed(files, lines))
    assert (len(paths), passwords[-1], notes) == (10_000, "S09999", ())
