"""A script as a process of its own: it runs to its end, or is ended with all that it has started."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple, TextIO

from ..store.errors import Refusal

MARK = "CERTFLEET_REHEARSAL"
"""A variable in the environment of all that a script starts, by which it is found again."""

PATIENCE = 5.0
"""Seconds that a process has to end by itself before it is killed."""

_LOOK = 0.05
_PROCESSES = Path("/proc")


class ScriptEnd(NamedTuple):
    """How a script ended. ``status`` is its exit status, None if a signal ended it, whose number is ``signal``.
    ``left`` is how many processes it left behind, which were ended."""

    status: int | None
    signal: int | None
    seconds: float
    timed_out: bool
    interrupted: bool
    left: int

    @property
    def has_failed(self) -> bool:
        """Whether it didn't end by itself, with 0."""
        return self.status != 0 or self.timed_out


def find_script(command: Sequence[str]) -> None:
    """Refuse with ``script-not-found`` or ``script-not-executable`` what can't be run."""
    name = command[0]
    if shutil.which(name) is not None:
        return
    if Path(name).exists():
        raise _not_executable(name)
    raise _not_found(name)


def run_script(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    timeout: float | None = None,
    asked_to_stop: Callable[[], int | None] = lambda: None,
    output: TextIO | None = None,
) -> ScriptEnd:
    """Run a script to its end, which is also the end of all processes that it has started.

    Its standard output goes to ``output``, by default to ours. After ``timeout`` seconds, or when ``asked_to_stop``
    gives the number of a signal, it is ended: politely at first, then by force. Refuses as ``find_script`` does.
    """
    mark = secrets.token_hex(16)
    has_terminal = _has_terminal()
    streams = _Streams(output or sys.stdout, sys.stderr)
    began = time.monotonic()
    try:
        process = subprocess.Popen(
            command,
            env={**environment, MARK: mark},
            stdout=streams.out,
            stderr=streams.err,
            start_new_session=not has_terminal,  # at a terminal it may ask its user
        )
    except FileNotFoundError as error:
        raise _not_found(command[0]) from error
    except (PermissionError, OSError) as error:
        raise _not_executable(command[0]) from error
    except ValueError as error:
        raise Refusal("script-not-found", f"the command line can't be passed on: {error}") from error
    streams.begin(process)
    timed_out, number = False, None
    try:
        while process.poll() is None:
            number = asked_to_stop()
            timed_out = timeout is not None and time.monotonic() - began >= timeout
            if number is not None or timed_out:
                _pass_on(process, number, has_terminal=has_terminal)
                break
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK)
        seconds = time.monotonic() - began
    finally:
        left = _end_all(process, mark, owns_group=not has_terminal)
        streams.end()
    code = process.returncode
    return ScriptEnd(
        status=code if code >= 0 else None,
        signal=-code if code < 0 else None,
        seconds=round(seconds, 1),
        timed_out=timed_out,
        interrupted=number is not None or asked_to_stop() is not None,
        left=left,
    )


def _not_found(name: str) -> Refusal:
    return Refusal(
        "script-not-found",
        f"there is no program {name!r}, or what its first line names is not there",
        "Write the path of a script that is not on the PATH: ./rotate.sh.",
    )


def _not_executable(name: str) -> Refusal:
    return Refusal(
        "script-not-executable",
        f"{name!r} can't be run as a program",
        f"Make it executable and begin it with #!, or name its interpreter before it: sh {name}.",
    )


def _has_terminal() -> bool:
    try:
        return os.isatty(0)
    except OSError:
        return False


def _pass_on(process: subprocess.Popen[bytes], number: int | None, *, has_terminal: bool) -> None:
    """Ask the script to end, as we were asked. A terminal has sent its Ctrl-C to both."""
    if has_terminal:
        if number != signal.SIGINT:
            process.terminate()
    else:
        _signal_group(process.pid, number or signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)


def _end_all(process: subprocess.Popen[bytes], mark: str, *, owns_group: bool) -> int:
    """End the script, and what it has left behind; how many processes that were, as far as they can be found."""
    if process.poll() is None:
        process.kill()
        process.wait()
    left = set(_marked(mark))
    _signal_each(left, signal.SIGTERM)
    until = time.monotonic() + PATIENCE
    while left and (alive := set(_marked(mark))):
        left |= alive
        if time.monotonic() > until:
            _signal_each(alive, signal.SIGKILL)
        time.sleep(_LOOK)
    if owns_group and not _PROCESSES.exists():
        _signal_group(process.pid, signal.SIGKILL)
    return len(left)


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _signal_each(processes: set[int], number: int) -> None:
    for one in processes:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(one, number)


def _marked(mark: str) -> Iterator[int]:
    """The processes that have the mark in their environment, wherever they are (Linux; elsewhere the process group has
    to do)."""
    wanted = f"{MARK}={mark}".encode()
    for folder in _PROCESSES.glob("[0-9]*"):
        with suppress(OSError):
            if wanted in (folder / "environ").read_bytes() and _lives(folder):
                yield int(folder.name)


def _lives(folder: Path) -> bool:
    """Whether it is more than the remains of a process that nobody has taken note of yet."""
    return (folder / "stat").read_text("latin-1").rpartition(")")[2].split()[0] not in ("Z", "X")


class _Streams:
    """The streams of the script: ours, or pipes whose content is copied where ours aren't files."""

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self._ours = (out, err)
        self.out, self.err = _file_of(out), _file_of(err)
        self._copying: list[threading.Thread] = []

    def begin(self, process: subprocess.Popen[bytes]) -> None:
        """The script has begun."""
        for pipe, ours in zip((process.stdout, process.stderr), self._ours, strict=True):
            if pipe is not None:
                thread = threading.Thread(target=_copy, args=(pipe, ours), daemon=True)
                thread.start()
                self._copying.append(thread)

    def end(self) -> None:
        """Wait until everything is copied."""
        for thread in self._copying:
            thread.join(PATIENCE)


def _file_of(stream: TextIO) -> Any:
    stream.flush()
    try:
        return stream.fileno()
    except (OSError, ValueError):
        return subprocess.PIPE


def _copy(pipe: IO[bytes], to: TextIO) -> None:
    with pipe:
        for line in pipe:
            to.write(line.decode("utf-8", "replace"))
            to.flush()
