"""Writing something to a file that the person names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from textual.widget import Widget

from ...store.confinement import working_folder
from ...store.persistence.files.open_folders import open_folder, said_open
from ...store.undoing.command_lines import Into
from .choice_fields import RadioField, TickField
from .form_dialog import FormDialog
from .form_fields import Answers, PathField, needed
from .output_file import write_file


class FileFormat(NamedTuple):
    """A format to write: ``title`` in the menu, ``name`` of the suggested file. ``private``: only its owner can read
    it."""

    title: str
    name: str
    private: bool = False


class SaveDialog(FormDialog[Path]):
    """Returns the path. ``contents`` is called in a thread with the chosen format, if there are several, and the
    answers of ``fields``. ``command`` are, for the same, the words of the command line that writes it to ``--out``, or
    with ``prints`` to standard output; None if there is none. ``name`` suggests a file name from the answers, instead
    of the format's."""

    doing = "Exporting …"

    def __init__(
        self,
        heading: str,
        formats: Mapping[Any, FileFormat],
        contents: Callable[..., bytes],
        *,
        says: Sequence[Widget] = (),
        fields: Sequence[Widget] = (),
        below: Sequence[Widget] = (),
        name: Callable[[Answers], str] | None = None,
        confirm_label: str = "Export",
        told: Callable[[Path], str] = "Exported to {}".format,
        command: Callable[..., Sequence[object] | None] | None = None,
        prints: bool = False,
    ) -> None:
        super().__init__()
        self.heading, self.confirm_label = heading, confirm_label
        self._formats, self._contents, self._says, self._fields = formats, contents, says, fields
        self._below = below
        self._suggested_name, self._told, self._command, self._prints = name, told, command, prints

    def compose_form(self) -> Iterable[Widget]:
        yield from self._says
        if len(self._formats) > 1:
            yield RadioField("format", "As", {format: one.title for format, one in self._formats.items()})
        yield from self._fields
        no_file = needed("file-missing", "no file is named to write to")
        suggested = self._suggest({})
        yield PathField("target", "To file", suggested, suggest=self._suggest, check=no_file, to_blame=["file-*"])
        yield TickField("overwrite", "overwrite a file that is there")
        yield from self._below

    def _suggest(self, answers: Answers) -> str:
        name = self._suggested_name
        return str(working_folder() / (self._format(answers.get("format")).name if name is None else name(answers)))

    def _format(self, chosen: Any) -> FileFormat:
        return next(iter(self._formats.values())) if chosen is None else self._formats[chosen]

    def work(self, target: Path, overwrite: bool, **answers: Any) -> Path:
        private = self._format(answers.get("format")).private
        write_file(target, self._contents(**answers), private=private, overwrite=overwrite)
        return target

    def command_words(self, target: Path, overwrite: bool, **answers: Any) -> Sequence[object] | None:
        words = None if self._command is None else self._command(**answers)
        if words and self._prints:
            return *words, Into(target.absolute())
        return words and (*words, "--out", target.absolute(), *(["--force"] if overwrite else []))

    def told(self, result: Path) -> str:
        told, folder = self._told(result), open_folder(result.parent)
        return told if folder is None else f"{told}. Beware: {said_open(folder)}"
