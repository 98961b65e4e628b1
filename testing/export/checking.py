"""Running somebody's program over exported fixtures, and comparing what it says with the manifest."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Collection, Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from .manifest import Expected, Kind, Manifest, ManifestFile

PLACE = "{}"
PLACES = ("{}", "{password}", "{alias}", "{host}", "{key}", "{root}", "{crl}", "{ocsp}")
"""What a command line may name: the file, and what belongs to it."""

TIMEOUT = 60.0
_PLACE = re.compile(r"\{(\w*)\}")
_TAIL = 400


class ImporterVerdict(StrEnum):
    """What a program said of a file. ``CRASHED``: a signal ended it; ``HUNG``: it didn't end in time."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    CRASHED = "crashed"
    HUNG = "hung"


class ImporterOutcome(Struct, frozen=True, kw_only=True):
    """What a program said of a file, and whether that is right. ``unnamed`` are identities that it should have named;
    ``said`` is the end of its output."""

    path: str
    name: str | None
    what: str
    expected: Expected
    verdict: ImporterVerdict
    status: int | None
    agrees: bool
    unnamed: tuple[str, ...]
    said: str


def asked_of(manifest: Manifest, command: Sequence[str], kinds: Collection[Kind] = ()) -> list[ManifestFile]:
    """The files that a command is asked about: those of these kinds, or all, that have whatever it names."""
    wanted = {place for part in command for place in _PLACE.findall(part)} - {""}
    return [
        one
        for one in manifest.files
        if one.expected is not None
        and (not kinds or one.kind in kinds)
        and all(getattr(one, place, None) is not None for place in wanted & _NAMED)
    ]


_NAMED = {place.strip("{}") for place in PLACES} - {""}


def check_fixtures(
    folder: Path,
    files: Sequence[ManifestFile],
    command: Sequence[str],
    *,
    timeout: float = TIMEOUT,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[ImporterOutcome]:
    """Run a command for each file, and say what came of it. Exit status 0 means that it accepts the file. Raises
    ``OSError`` if it can't be run."""
    for one in files:
        if stop():
            return
        yield _checked(folder, one, command, timeout)


def _checked(folder: Path, file: ManifestFile, command: Sequence[str], timeout: float) -> ImporterOutcome:
    assert file.expected is not None
    filled = [_filled(part, folder, file) for part in command]
    status: int | None
    try:
        done = subprocess.run(filled, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False)
        status, output = done.returncode, done.stdout + done.stderr
    except subprocess.TimeoutExpired as late:
        status, output = None, (late.stdout or b"") + (late.stderr or b"")
    verdict = _verdict(status)
    text = output.decode(errors="replace")
    unnamed = tuple(identity for identity in file.refused if identity not in text)
    return ImporterOutcome(
        path=file.path,
        name=file.name,
        what=file.what,
        expected=file.expected,
        verdict=verdict,
        status=status,
        agrees=_agrees(file.expected, verdict, unnamed),
        unnamed=unnamed,
        said=text.strip()[-_TAIL:],
    )


def _verdict(status: int | None) -> ImporterVerdict:
    if status is None:
        return ImporterVerdict.HUNG
    if status < 0 or 128 < status <= 192:  # a shell says 128 and the signal's number
        return ImporterVerdict.CRASHED
    return ImporterVerdict.ACCEPTED if status == 0 else ImporterVerdict.REFUSED


def _agrees(expected: Expected, verdict: ImporterVerdict, unnamed: tuple[str, ...]) -> bool:
    match expected:
        case Expected.ACCEPT:
            return verdict is ImporterVerdict.ACCEPTED
        case Expected.REFUSE:
            return verdict is ImporterVerdict.REFUSED
        case Expected.PARTLY:
            return verdict in (ImporterVerdict.ACCEPTED, ImporterVerdict.REFUSED) and not unnamed


def _filled(part: str, folder: Path, file: ManifestFile) -> str:
    """A part of a command line with what it names."""

    def value(found: re.Match[str]) -> str:
        match found[1]:
            case "":
                return str(folder / file.path)
            case "password" | "alias" | "host":
                return str(getattr(file, found[1]))
            case "key" | "root" | "crl" | "ocsp":
                return str(folder / getattr(file, found[1]))
        return found[0]

    return _PLACE.sub(value, part)
