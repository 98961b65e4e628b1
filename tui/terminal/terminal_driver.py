"""Textual's driver of a terminal, for one that may hang up at any moment."""

from __future__ import annotations

import os
import select
import sys
import termios
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable
from typing import Any, Protocol, TextIO, cast

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from .ending import HUNG_UP, Ending
from .fewer_letters import FewerLetters
from .keyboard_parser import KeyboardParser
from .pen import Pen
from .terminal_picture import TerminalPicture

_TICK = 1.0  # seconds until the thread that reads keys looks whether it shall end, unless it is told to
_LATE = 0.1  # seconds in which a terminal's answers may still come
_SOON = 0.02  # the same while Esc may have been all that comes
_MOST = 4096  # bytes that are read at once
_NO_MOUSE = b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"
_NO_EXTRAS = b"\x1b[?2004l\x1b[?2048l\x1b[?1004l\x1b[<u"  # paste, size, focus, keys
_GIVE_BACK = _NO_MOUSE + _NO_EXTRAS + b"\x1b[?7h\x1b[?1049l\x1b[?25h"  # lines wrap, the first screen, the cursor


class _Ending(Protocol):
    """An app that knows how it ends."""

    ending: Ending


class TerminalOutput:
    """A terminal to write to. Once it takes nothing more, the console ends, and the rest is dropped: Textual's thread
    that writes would die, and everybody else would wait for it."""

    def __init__(self, file: TextIO, ending: Ending) -> None:
        self._file = file
        self._ending = ending
        self._is_lost = False
        self._pen = Pen()
        self.picture = TerminalPicture()
        self._letters = FewerLetters(file.encoding or "utf-8")

    def fileno(self) -> int:
        return self._file.fileno()

    def write(self, text: str) -> None:
        self._try(self._file.write, self._letters.written(self._pen.shorter(self.picture.news(text))))

    def flush(self) -> None:
        self._try(self._file.flush)

    def _try(self, act: Callable[..., object], *arguments: str) -> None:
        if not self._is_lost:
            try:
                act(*arguments)
            except (OSError, ValueError):
                self._is_lost = True
                self._ending.begin(HUNG_UP)


class TerminalDriver(LinuxDriver):
    """For a ``TerminalApp`` only."""

    def __init__(
        self, app: App[object], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._ending = cast("_Ending", app).ending
        # Textual draws on standard error: with 2>log its user would sit before an empty screen.
        shown = self._file if self._file is not None and self._file.isatty() else sys.__stdout__
        self._output = TerminalOutput(cast(TextIO, shown), self._ending)
        self._file = cast(Any, self._output)
        self._told, self._tell = os.pipe()  # the thread that reads keys shall end; open as long as the process

    def disable_input(self) -> None:
        os.write(self._tell, b"\0")
        super().disable_input()

    def run_input_thread(self) -> None:
        try:
            self._read_keys(KeyboardParser(self._debug), getincrementaldecoder("utf-8")("replace"))
        except OSError:  # a terminal that is gone; Textual would report it, with the local variables of every frame
            self._ending.begin(HUNG_UP)

    def _read_keys(self, parser: KeyboardParser, decoder: IncrementalDecoder) -> None:
        while not self.exit_event.is_set():
            ready = select.select([self.fileno, self._told], [], [], _SOON if parser.is_waiting else _TICK)[0]
            if self._told in ready:
                self.exit_event.wait(_TICK)
                os.read(self._told, 1)
            elif ready:
                if not (read := os.read(self.fileno, _MOST)):  # the end of a file, which would stay readable
                    self.exit_event.wait(_LATE)
                for message in parser.feed(text) if (text := decoder.decode(read)) else ():
                    self.process_message(message)
            for message in parser.tick():
                self.process_message(message)
        if select.select([self.fileno], [], [], _LATE)[0]:
            os.read(self.fileno, _MOST)  # the terminal's late answers, which are none of the shell's business

    def paint_anew(self, columns: int | None = None) -> None:
        """Send everything again that is painted from now on, for a terminal of so many columns (None: as many as
        before): what it shows is not known."""
        self._output.picture.forget(columns)

    def give_back(self) -> None:
        """Leave the terminal as it was found, without waiting for anybody: for a process that is broken off."""
        if self.attrs_before is not None:
            termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        if select.select([], [self._output.fileno()], [], 0)[1]:
            os.write(self._output.fileno(), _GIVE_BACK)
