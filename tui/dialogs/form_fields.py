"""The fields of a form: each has a label, a control and an answer, and a condition for being visible."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, ClassVar

from rich.console import RenderableType
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from ...store.durations import duration_text, read_duration, read_number_of
from ...store.errors import Refusal
from ..components.text_styles import Tone, styled
from ..shell.keys.keys import keyed
from .field_help import about_field
from .file_inspection import path_of
from .password_input import PasswordInput, Reveal
from .path_input import PathInput

Answers = Mapping[str, Any]
When = Callable[[Answers], bool]


class Note(Static):
    """A sentence in a form, in one piece or in parts with tones; ``classes`` set its look (``quiet``, ``strong``,
    ``section``, ``item``)."""

    def __init__(
        self,
        text: RenderableType | Sequence[str | tuple[str, Tone]] = "",
        classes: str = "",
        *,
        id: str | None = None,
        when: When | None = None,
    ) -> None:
        self._parts = text if isinstance(text, list | tuple) else ()
        super().__init__("" if self._parts else text, classes=classes, id=id, markup=False)  # type: ignore[arg-type]  # no parts: no list
        self.when = when

    def on_mount(self) -> None:
        if self._parts:
            self.update(styled(self.app, *self._parts))


class FormField(Horizontal):
    """A label at the left, the control at the right; without a label the control takes the line.

    ``key`` is the name of the answer: the control's id with underscores. The field is visible while ``when`` holds, and
    its answer counts only then. ``check`` turns the raw value into the answer, or refuses it. A refusal with one of the
    codes in ``to_blame`` (``credentials-*``) moves the cursor here. For the help, ``about_field``
    says what it is for, and ``how`` how one of its kind is filled in.
    """

    how: ClassVar[str] = ""

    def __init__(
        self,
        label: str | None,
        control: Widget,
        *,
        when: When | None = None,
        check: Callable[[Any], Any] | None = None,
        to_blame: Collection[str] = (),
        classes: str = "",
    ) -> None:
        assert control.id is not None
        super().__init__(id=f"row-{control.id}", classes=classes)
        self.key = control.id.replace("-", "_")
        self.when = when
        self._label, self._control, self._check, self._to_blame = label, control, check, to_blame

    @property
    def help_lines(self) -> list[str]:
        """What the help says of it: its label first."""
        example = self._control.placeholder if isinstance(self._control, Input) else ""
        about = about_field(type(self.screen), self.key)
        return [line for line in (self._label or "", about, str(example), keyed(self.how)) if line]

    def compose(self) -> ComposeResult:
        if self._label is not None:
            yield Static(self._label, classes="label", markup=False)
        yield self._control

    @property
    def now(self) -> Any:
        """The current value, unchecked."""
        raise NotImplementedError  # not abstract: dialogs query this type

    @property
    def answer(self) -> Any:
        """The checked answer; refuses an invalid one."""
        return self.now if self._check is None else self._check(self.now)

    def is_to_blame(self, code: str) -> bool:
        """Whether a refusal with this code concerns this field."""
        return any(fnmatchcase(code, pattern) for pattern in self._to_blame)

    def said_below(self, refusal: Refusal) -> None:
        """The dialog tells a refusal: a field that tells the same keeps quiet, as it is said once."""

    def take_focus(self) -> None:
        """Focus the field without scrolling, so that the refusal stays in view."""
        target = next((widget for widget in (self._control, *self._control.query("*")) if widget.focusable), None)
        if target is not None:
            target.focus(scroll_visible=False)


def remark(text: str) -> str:
    """A placeholder in parentheses: nobody takes it for a value, in terminals without colours neither."""
    return f"({text})" if text else ""


class TextField(FormField):
    """A line of text, without surrounding spaces. While nobody has edited it, it follows what ``suggest`` makes of the
    other answers."""

    how = "Type it. {Open} does what the dialog is for."

    def __init__(
        self,
        id: str,
        label: str | None,
        value: str = "",
        *,
        placeholder: str = "",
        longest: int = 0,
        select_on_focus: bool = True,
        suggest: Callable[[Answers], str] | None = None,
        control: Input | None = None,
        **options: Any,
    ) -> None:
        self._input = control or Input(
            value,
            id=id,
            placeholder=remark(placeholder),
            max_length=longest,
            select_on_focus=select_on_focus,
            compact=True,
        )
        super().__init__(label, self._input, **options)
        self._suggest = suggest
        self._suggested: str | None = None

    @property
    def now(self) -> Any:
        return self._input.value.strip()

    def follow(self, answers: Answers) -> None:
        """Update the suggestion, unless somebody wrote something else."""
        if self._suggest is not None and (suggested := self._suggest(answers)) != self._suggested:
            if self._suggested is not None and self._input.value in ("", self._suggested):
                self._input.value = suggested
            self._suggested = suggested


class PasswordField(TextField):
    """A password, exactly as typed, and shown only while the person asks for it; None if empty."""

    how = "Type or paste it: every character counts, ? too. It is never logged."

    def __init__(self, id: str, label: str, *, placeholder: str = "", **options: Any) -> None:
        line = PasswordInput(id=id, placeholder=remark(placeholder))
        self._reveal = Reveal(line)
        super().__init__(id, label, control=line, **options)

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield self._reveal

    @on(PasswordInput.Shown)
    def _shown(self, event: PasswordInput.Shown) -> None:
        event.stop()
        self._reveal.say()

    @property
    def now(self) -> str | None:
        return self._input.value or None


class PathField(TextField):
    """The path of a file, completed with Tab; None if empty."""

    how = "Type the path; {complete} completes it. ~ is your home folder."

    def __init__(self, id: str, label: str, value: str = "", *, placeholder: str = "", **options: Any) -> None:
        super().__init__(id, label, value, control=PathInput(value, placeholder=remark(placeholder), id=id), **options)

    @property
    def now(self) -> Path | None:
        return path_of(self._input.value) if self._input.value.strip() else None


# Checks


def needed(code: str, message: str, hint: str | None = None) -> Callable[[Any], Any]:
    """A check that refuses an empty answer."""

    def check(answer: Any) -> Any:
        if not answer:
            raise Refusal(code, message, hint)
        return answer

    return check


def whole_number(
    code: str, message: str, *, most: int, least: int = 0, hint: str | None = None
) -> Callable[[str], int]:
    """A check for a whole number from ``least`` to ``most``."""

    def check(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < 8 and least <= int(text) <= most):
            raise Refusal(code, message, hint)
        return int(text)

    return check


def duration(code: str, unit: str, most: timedelta, hint: str | None = None) -> Callable[[str], timedelta]:
    """A check for a duration up to ``most``; a bare number is in ``unit``: ``d``, ``h`` or ``min``."""

    def check(text: str) -> timedelta:
        try:
            length = read_duration(text, unit)
        except ValueError as error:
            raise Refusal(code, str(error), hint) from error
        if length > most:
            raise Refusal(code, f"write at most {duration_text(most)}", hint)
        return length

    return check


def number_of(unit: str, code: str, message: str, *, most: int) -> Callable[[str], int]:
    """A check for a whole number of days (``d``) or hours (``h``) up to ``most``; it may be written as a duration."""

    def check(text: str) -> int:
        try:
            number = read_number_of(unit, text)
        except ValueError as error:
            raise Refusal(code, message) from error
        if number > most:
            raise Refusal(code, message)
        return number

    return check


def listed(text: str) -> Sequence[str]:
    """The items of a comma-separated list."""
    return [word for word in re.split(r"[,\s]+", text) if word]
