"""What a terminal sends, as keys: Textual's parser, for which Esc stays Esc in whatever company it arrives.

A terminal sends Alt with a key as Esc and the key (xterm's ``metaSendsEscape``), and a slow line, a multiplexer or a
script delivers Esc and the next key in one piece as well. Textual's parser takes both for Alt, or for a ``^``: a
question that somebody left by Esc would stay, and take the keys that were meant for what is behind it.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.message import Message

_ESC = "\x1b"


class EscapedKey(events.Key):
    """A key that came right after Esc: ``together`` they are Alt with that key, ``apart`` they are Esc and the key."""

    def __init__(self, together: events.Key, apart: tuple[events.Key, ...]) -> None:
        super().__init__(together.key, together.character)
        self.together = together
        self.apart = apart


class KeyboardParser(XTermParser):
    """Reports an ``EscapedKey`` where Esc may be Esc. Text that is pasted loses what would be Esc in it."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._is_escaped = False
        self._is_pasting = False
        self._mark = ""  # the beginning of the mark that starts or ends what is pasted

    @property
    def is_waiting(self) -> bool:
        """Whether ``tick`` will have something to report if nothing more comes."""
        return self._timeout_time is not None

    def feed(self, data: str) -> Iterable[Message]:
        if self._is_pasting or self._mark or _ESC in data:
            data = "".join(map(self._without_pasted_escape, data))
            if not data:
                return ()  # to the parser nothing is the end of all input
        return super().feed(data)

    def _without_pasted_escape(self, character: str) -> str:
        mark, found = BRACKETED_PASTE_END if self._is_pasting else BRACKETED_PASTE_START, self._mark + character
        if mark.startswith(found):
            self._mark = "" if found == mark else found
            if not self._is_pasting:
                self._is_pasting = found == mark
                return character
            self._is_pasting = found != mark
            return "" if self._is_pasting else mark
        self._mark = character if character == _ESC else ""
        return found.replace(_ESC, "") if self._is_pasting else character

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        if sequence == _ESC:  # of a sequence that isn't one: what follows comes next
            self._is_escaped = True
            return
        escaped, self._is_escaped = self._is_escaped or alt, False
        if escaped:
            yield from self._escaped(super()._sequence_to_key_events(sequence, alt=True), sequence)
        elif len(sequence) == 2 and sequence[0] == _ESC:
            yield from self._escaped(super()._sequence_to_key_events(sequence), sequence[1])
        else:
            yield from super()._sequence_to_key_events(sequence)

    def _escaped(self, together: Iterable[events.Key], follows: str) -> Iterable[events.Key]:
        for key in together:
            apart = super()._sequence_to_key_events(follows)
            yield EscapedKey(key, (events.Key("escape", _ESC), *apart))
